// Effect templates as data: the item of the list endpoint is the record itself, unknown fields included.
import { readFileSync } from 'node:fs';
import { isObject, type Json, type JsonObject, parseOwnJson } from '../lib/json.ts';
import { parseCredits } from '../lib/money.ts';

/** Where covers and previews of our own templates lie; their items name files in it. */
export const TEMPLATE_MEDIA_FOLDER = new URL('./templates/media/', import.meta.url);

/** The files of the templates that are shipped, one for each catalogue. */
export type ShippedFile = 'effects' | 'kling' | 'vidu';

/**
 * The templates of a file, as they are shipped. Those of `effects` are drawn by the draft provider alone; the others have
 * the names of their vendors, so that a live key reaches the vendor and a test key sees an effect that resembles it.
 */
export function readShippedTemplates(file: ShippedFile = 'effects'): JsonObject[] {
  return parseOwnJson<JsonObject[]>(
    readFileSync(new URL(`./templates/${file}.json`, import.meta.url), 'utf8'),
  );
}

/** Our own extension of an item: which effect renders it, and how many pictures it takes. */
export interface TemplateRules {
  effect: string;
  inputsMin: number;
  inputsMax: number;
  durationSeconds: number;
  /** Those that the item supports, at least one, its own first. */
  aspectRatios: string[];
}

const FALLBACK_EFFECT = 'dolly-parallax';
const EFFECT_SECONDS_MAX = 10;
/** More than any model with templates takes. The lists of Vidu and Kling say in words how many pictures one takes. */
const INPUTS_MAX = 10;

function positive(value: Json | undefined): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}

/**
 * How an item is rendered and checked. An imported item without our extension gets an effect that suits any photo, so
 * that a test key can run every template of a catalogue.
 */
export function rulesOf(item: JsonObject): TemplateRules {
  const own = isObject(item.Reelay) ? item.Reelay : {};
  const inputs = positive(item.InputNum);
  const hasNumber = inputs !== undefined || typeof item.TemplateId === 'string';
  return {
    effect: typeof own.Effect === 'string' ? own.Effect : FALLBACK_EFFECT,
    inputsMin: positive(own.MinInputs) ?? inputs ?? 1,
    inputsMax: positive(own.MaxInputs) ?? inputs ?? (hasNumber ? 1 : INPUTS_MAX),
    durationSeconds: Math.min(EFFECT_SECONDS_MAX, Math.max(1, secondsOf(item) ?? 5)),
    aspectRatios: ratiosOf(item),
  };
}

/** Effects have milliseconds; Vidu lists the lengths in seconds. */
function secondsOf({ Duration: milliseconds, duration }: JsonObject): number | undefined {
  const whole = positive(milliseconds);
  return whole === undefined ? positive(Array.isArray(duration) ? duration[0] : undefined) : whole / 1000;
}

/** Effects have a text with commas, Vidu a list. */
function ratiosOf({ SupportAspectRatio: text, aspect_ratio: list }: JsonObject): string[] {
  const listed = Array.isArray(list) ? list.map(String) : String(text ?? '').split(',');
  const ratios = listed.map((ratio) => ratio.trim()).filter((ratio) => ratio !== '');
  return ratios.length > 0 ? ratios : ['9:16'];
}

/** The resolutions that an item is offered in, with their prices. */
export function consumeItemsOf(item: JsonObject): { resolution: string; credits: number }[] {
  if (!Array.isArray(item.ConsumeItems)) return [];
  return item.ConsumeItems.flatMap((entry) =>
    isObject(entry) && typeof entry.Resolution === 'string' && typeof entry.Credit === 'number'
      ? [{ resolution: entry.Resolution, credits: entry.Credit }]
      : [],
  );
}

/** The price of an item that has one for each resolution. */
export function creditsOfEffect(item: JsonObject, resolution: string): number | undefined {
  return consumeItemsOf(item).find((entry) => entry.resolution === resolution)?.credits;
}

/** The price of an item of Vidu's list. */
export function creditsOfVidu({ credits }: JsonObject): number | undefined {
  return typeof credits === 'number' ? credits : undefined;
}

/** The price of an item of Kling's list, or of an operator's own in the form of effects. */
export function creditsOfKling(item: JsonObject, resolution: string): number | undefined {
  return typeof item.credit === 'number' ? item.credit : creditsOfEffect(item, resolution);
}

/** The price of an item in whichever catalogue, where it does not depend on the resolution. */
export function flatCreditsOf(item: JsonObject): number | undefined {
  return creditsOfVidu(item) ?? (typeof item.credit === 'number' ? item.credit : undefined);
}

/** The service at the provider that makes a template, as its OpenAPI wants it; undefined when the item has none. */
export function serviceIdOf(item: JsonObject): number | undefined {
  const { ServiceId: value } = item;
  const isDigits = typeof value === 'string' && /^\d{1,15}$/.test(value);
  const id = isDigits ? Number(value) : value;
  return Number.isSafeInteger(id) && Number(id) >= 0 ? Number(id) : undefined;
}

/** Why the provider of effect templates cannot make this one, with what to do; undefined when it can. */
export function liveFaultOf(item: JsonObject): string | undefined {
  const own = isObject(item.Reelay) ? item.Reelay : {};
  if (isDrawnHere(item)) {
    return (
      'this template is drawn by the built-in renderer only; use a test key, or the model reelay/effects, ' +
      'or a template of the provider (an operator adds them with "reelay templates import")'
    );
  }
  // KickArt, form B of the provider, knows a template by its id alone; an operator says so in the item.
  if (own.Form === 'b' || serviceIdOf(item) !== undefined) return undefined;
  return (
    'live keys cannot use this template, since its entry has no ServiceId; use a test key, or have an operator ' +
    'import the entry of the provider with its ServiceId'
  );
}

function isPrice(credits: number): boolean {
  const micros = parseCredits(credits);
  return micros !== undefined && micros >= 0n;
}

/** Items of Vidu's list have a name and a price for each task: https://platform.vidu.com/docs/template. */
export function problemsOfVidu({ template, credits }: JsonObject): string[] {
  const problems: string[] = [];
  if (typeof template !== 'string' || !/^[\w-]{1,64}$/.test(template)) {
    problems.push('template must be text of 1 to 64 letters, digits, "-" or "_"');
  }
  if (credits !== undefined && (typeof credits !== 'number' || !isPrice(credits))) {
    problems.push('credits is not an amount from 0 to 1000000000 with at most six decimals');
  }
  return problems;
}

/** Items of the catalogues whose entries have a price for each resolution. */
export function problemsOfEffect(item: JsonObject): string[] {
  const problems: string[] = [];
  if (typeof item.TemplateId !== 'string' || !/^[\w-]{1,64}$/.test(item.TemplateId)) {
    problems.push('TemplateId must be text of 1 to 64 letters, digits, "-" or "_"');
  }
  const prices = consumeItemsOf(item);
  if (prices.length === 0) problems.push('ConsumeItems must list at least one Resolution with its Credit');
  if (prices.some(({ credits }) => !isPrice(credits))) {
    problems.push('a Credit is not an amount from 0 to 1000000000 with at most six decimals');
  }
  if (item.InputNum !== undefined && !Number.isInteger(item.InputNum))
    problems.push('InputNum must be a whole number');
  if (item.ServiceId !== undefined && item.ServiceId !== null && serviceIdOf(item) === undefined) {
    problems.push('ServiceId must be a number, or text of 1 to 15 digits');
  }
  return problems;
}

/**
 * Items of Kling's list have `key`, `cover_url`, `video_url`, `info` and `credit`, as the original's own client reads them:
 * github.com/CrunTeam/crun-agent-skills, skills/scenarios/crun-effect-template. An operator's own may have the form of effects.
 */
export function problemsOfKling(item: JsonObject): string[] {
  if (item.key === undefined && item.TemplateId !== undefined) return problemsOfEffect(item);
  const problems: string[] = [];
  if (typeof item.key !== 'string' || !/^[\w-]{1,64}$/.test(item.key)) {
    problems.push('key must be text of 1 to 64 letters, digits, "-" or "_"');
  }
  if (item.credit !== undefined && (typeof item.credit !== 'number' || !isPrice(item.credit))) {
    problems.push('credit is not an amount from 0 to 1000000000 with at most six decimals');
  }
  return problems;
}

/** Whether only the built-in renderer draws it. */
export function isDrawnHere(item: JsonObject): boolean {
  return isObject(item.Reelay) && item.Reelay.Provider === 'draft';
}

/** Whether it came with the server under a name of its vendor: an import of the vendor's list replaces it. */
export function isExample(item: JsonObject): boolean {
  return isObject(item.Reelay) && item.Reelay.Example === true;
}

/** Whether its cover and its preview are among our own media. */
export function hasOwnMedia(item: JsonObject): boolean {
  return isDrawnHere(item) || isExample(item);
}

/** The fields in which the catalogues name a cover and a preview. */
const MEDIA_FIELDS = ['Cover', 'PreviewVideo', 'cover', 'video', 'cover_url', 'video_url'];

/** The names of those files of our own that an item shows, by field. */
export function ownMediaOf(item: JsonObject): [string, string][] {
  if (!hasOwnMedia(item)) return [];
  return MEDIA_FIELDS.flatMap((name) => {
    const value = item[name];
    return typeof value === 'string' && /^[\w-]+\.\w+$/.test(value)
      ? [[name, value] as [string, string]]
      : [];
  });
}

/** An item as clients read it: file names of our own media become addresses. Those of others stay as they came. */
export function presentTemplate(item: JsonObject, mediaUrl: string): JsonObject {
  const media = ownMediaOf(item).map(([name, file]) => [name, `${mediaUrl}/${file}`]);
  return { ...item, ...Object.fromEntries(media) };
}
