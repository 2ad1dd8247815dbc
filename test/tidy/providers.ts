// The providers and their models as a document: the tables of docs/providers.md are made from the facts of the adapters and
// from the catalogue. The text above them is written by hand and kept.
import { type Model, type Offer, readShippedModels } from '../../server/src/catalog/models.ts';
import type { PriceRule } from '../../server/src/catalog/prices.ts';
import { isObject, type Json } from '../../server/src/lib/json.ts';
import type {
  CredentialField,
  PictureRules,
  Provider,
  Recovery,
} from '../../server/src/providers/contract.ts';
import { providers } from '../../server/src/providers/registry.ts';
import { anchorOf } from './markdown.ts';

const MARK = '<!-- From here on made from the code: UPDATE=1 npx vitest run test/tidy -->';
const BUILT_IN = 'draft';
const HOURS_A_DAY = 24;

/** A table of markdown, in lines. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(columns), `|${'---|'.repeat(columns.length)}`, ...rows.map(line)];
}

/**
 * The page with its tables made again, below what is written by hand. @throws when the mark between them is
 * missing.
 */
export function renderProvidersPage(page: string): string {
  const end = page.indexOf(MARK);
  if (end === -1) throw new Error(`docs/providers.md has no line ${MARK}`);
  const models = readShippedModels();
  const lines = [
    MARK,
    '',
    '## The providers',
    '',
    ...renderProviders(models),
    '',
    '## The models',
    '',
    ...renderModels(models),
  ];
  return `${page.slice(0, end)}${lines.join('\n')}\n`;
}

/** How pictures reach a provider, and in which formats. */
function describePictures({ as, types, dataBytesMax }: PictureRules): string {
  const formats = types.map((type) => type.replace('image/', '')).join(', ');
  switch (as) {
    case 'bytes':
      return `bytes: ${formats}`;
    case 'address':
      return `address: ${formats}`;
    case 'data':
      return `address, or bytes up to ${Math.round((dataBytesMax ?? 0) / 1024)} KiB: ${formats}`;
  }
}

function renderProviders(models: readonly Model[]): string[] {
  const columns = [
    'provider',
    'id',
    'documents read',
    'set',
    'cancel',
    'callbacks',
    'recovery',
    'pictures',
    'results live',
    'records live',
    'pause between looks',
    'jobs in a look',
    'models',
  ];
  const rows = [...providers.values()].map((provider) => {
    const { id, facts } = provider;
    const served = models.filter(({ offers }) => offers.some((offer) => offer.provider === id));
    return [
      `[${facts.title}](${facts.docs})`,
      `\`${id}\``,
      facts.checked,
      describeVariables(provider),
      facts.cancel,
      facts.hints,
      describeRecovery(facts.recovery),
      describePictures(facts.pictures),
      describeHours(facts.resultHours),
      describeHours(facts.recordHours),
      `${facts.pollSecondsMin} s`,
      `${facts.pollBatchMax}`,
      `${served.length}`,
    ];
  });
  return table(columns, rows);
}

function isKey({ isSecret, fallback }: CredentialField): boolean {
  return isSecret || fallback === undefined;
}

/** The keys, and what has no default; a link leads to the rest. */
function describeVariables({ id, facts }: Provider): string {
  const keys = facts.credential.filter(isKey).map(({ environment }) => `\`${environment}\``);
  const anchor = anchorOf(`Provider ${id}: ${facts.title}`);
  return `${keys.join(', ')} ([all](settings.md#${anchor}))`;
}

function describeRecovery(recovery: Recovery): string {
  if (recovery.kind !== 'find') return recovery.kind;
  const seconds = recovery.visibleAfterSeconds;
  const delay = seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
  return `find, sure after ${delay}`;
}

function describeHours(hours: number): string {
  return hours > HOURS_A_DAY && hours % HOURS_A_DAY === 0 ? `${hours / HOURS_A_DAY} d` : `${hours} h`;
}

function renderModels(models: readonly Model[]): string[] {
  const columns = [
    'model',
    'operations',
    'offers: provider, and the model there',
    'time limit',
    'price in credits',
    'charged',
    'you pay',
    'first offer: cancel; callbacks; recovery',
  ];
  return table(
    columns,
    models.map((model) => [
      `\`${model.model}\``,
      model.operations.join(', '),
      model.offers.map(describeOffer).join('<br>'),
      model.deadline_minutes === undefined ? 'of the server' : `${model.deadline_minutes} min`,
      describePrice(model.price),
      describeCharges(model),
      describeCosts(model.offers),
      describeFirst(model.offers[0]),
    ]),
  );
}

function describeOffer({ provider, params = {} }: Offer): string {
  if (provider === BUILT_IN) return 'built in';
  const { endpoint, model, model_name: modelName, version } = params;
  const words = [endpoint, model ?? modelName ?? version].flatMap(textsOf);
  return [`\`${provider}\``, ...words.map((word) => `\`${word}\``)].join(' ');
}

/** A name at the provider, or one for each of its regions. */
function textsOf(value: Json | undefined): string[] {
  if (isObject(value)) return Object.values(value).flatMap(textsOf);
  return typeof value === 'string' ? [value] : [];
}

/** @param only the key of an amount that depends on nothing. */
function listAmounts(credits: Readonly<Record<string, number>>, only: string): string {
  return Object.entries(credits)
    .map(([key, amount]) => (key === only ? String(amount) : `${amount} at ${key}`))
    .join(', ');
}

/** What a task costs, in words. */
export function describePrice(price: PriceRule): string {
  switch (price.kind) {
    case 'flat':
      return `${price.credits} a task`;
    case 'per_second': {
      const most = price.seconds === undefined ? '' : `, at most ${price.seconds}`;
      return `a second${most}: ${listAmounts(price.credits, 'second')}`;
    }
    case 'per_picture':
      return `a picture: ${listAmounts(price.credits, 'picture')}`;
    case 'per_song': {
      const several = price.songs === undefined ? '' : `, ${price.songs} of them`;
      return `a song${several}: ${listAmounts(price.credits, 'song')}`;
    }
    case 'per_thousand_characters': {
      const chinese = price.han === undefined ? '' : `, a Chinese one as ${price.han}`;
      return `1,000 characters${chinese}: ${listAmounts(price.credits, 'characters')}`;
    }
    case 'template':
      return price.credits === undefined
        ? 'as the template says'
        : `as the template says, else ${price.credits}`;
  }
}

/** `0.5 a credit`, `2.5 a million tokens`. */
function describeRate(amount: number, unit: string): string {
  if (unit !== 'tokens') return `${amount} a ${unit.replace(/s$/, '')}`;
  return `${Number((amount * 1e6).toPrecision(6))} a million tokens`;
}

function describeCharges({ offers }: Model): string {
  const rules = offers.map(({ provider, charge }) => ({
    provider,
    words: charge ? `${describeRate(charge.credits, charge.unit)}, at most the price` : 'the price',
  }));
  const groups = [...Map.groupBy(rules, ({ words }) => words)];
  if (groups.length === 1) return groups[0][0];
  return groups
    .map(([words, members]) => `${members.map(({ provider }) => `\`${provider}\``).join(', ')}: ${words}`)
    .join('<br>');
}

function describeCosts(offers: readonly Offer[]): string {
  const known = offers.flatMap(({ cost }) => (cost ? [cost] : []));
  if (known.length === 0) return 'not known here';
  return known
    .map(({ usd, unit, source, date }) => `US$${describeRate(usd, unit)} ([${date}](${source}))`)
    .join('<br>');
}

function describeFirst(offer: Offer | undefined): string {
  const facts = offer && providers.get(offer.provider)?.facts;
  if (!facts) return 'any time; none needed; started again';
  return `${facts.cancel}; ${facts.hints}; ${describeRecovery(facts.recovery)}`;
}
