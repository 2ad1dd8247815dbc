// What a submit may contain, in both forms, and the numbers for what is wrong with it (the protocol file in
// github.com/bytedance/agentkit-samples, skills/byted-kickart-game-replicator, read 2026-11-21). Pictures are
// not fetched.
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import { checkFields, type FieldRules } from '../core/fields.ts';
import { type EmulatedTemplate, TEMPLATES } from './templates.ts';

export interface EffectsOrder {
  template: EmulatedTemplate;
  resolution: string;
  callbackUrl: string | undefined;
}

/** A number of the service and its words. */
export interface EffectsError {
  code: number;
  message: string;
}

/** By the setting `standing`; with any other value the account is good. */
const STANDINGS: Readonly<Record<string, EffectsError>> = {
  'no points': { code: 1402, message: 'InsufficientPoints' },
  'no permission': { code: 1403, message: 'QuotaErr' },
  'no package': { code: 1404, message: 'NoPackage' },
  'package expired': { code: 1501, message: 'PackageExpired' },
};

export const ERRORS = {
  parameter: (what: string): EffectsError => ({ code: 1400, message: `ParamErr: ${what}` }),
  busy: { code: 1401, message: 'ConcurrentErr' },
  notFound: { code: 1600, message: 'AsyncTaskNotExist' },
} as const;

const PICTURES = { type: 'array', required: true, items: { type: 'string' } } as const;

const BODY_A: FieldRules = {
  ServerId: { type: 'integer', required: true, min: 0 },
  PayloadJson: { type: 'string', required: true },
};
const PAYLOAD_A: FieldRules = {
  ResourceList: PICTURES,
  TemplateId: { type: 'string', required: true },
  Resolution: { type: 'string' },
  Extra: { type: 'string' },
};
const BODY_B: FieldRules = {
  template_id: { type: 'string', required: true },
  payload: {
    type: 'object',
    required: true,
    fields: { resource_list: PICTURES, resolution: { type: 'string' }, extra: { type: 'string' } },
  },
  callback_url: { type: 'string', check: (value) => (isPublicAddress(value) ? undefined : 'is no address') },
  watermark: { type: 'boolean' },
};

function firstFault(body: JsonObject, rules: FieldRules): EffectsError | undefined {
  const [fault] = checkFields(body, rules);
  return fault && ERRORS.parameter(`${fault.field} ${fault.message}`);
}

/** The receiver of callbacks in a test is on this machine. */
function isPublicAddress(value: Json): boolean {
  return typeof value === 'string' && /^https?:\/\/[^/]+/.test(value) && URL.canParse(value);
}

interface Asked {
  templateId: string;
  pictures: string[];
  resolution: string | undefined;
  serverId?: number;
  callbackUrl?: string;
}

function readA(json: Json | undefined): Asked | EffectsError {
  if (!isObject(json)) return ERRORS.parameter('the body is no JSON object');
  const fault = firstFault(json, BODY_A);
  if (fault) return fault;
  const payload = parseObject(String(json.PayloadJson));
  if (!payload) return ERRORS.parameter('PayloadJson is no JSON object');
  const inner = firstFault(payload, PAYLOAD_A);
  if (inner) return inner;
  return {
    templateId: String(payload.TemplateId),
    pictures: payload.ResourceList as string[],
    resolution: payload.Resolution as string | undefined,
    serverId: Number(json.ServerId),
  };
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : undefined;
  } catch {
    // Not JSON is one more wrong parameter.
    return undefined;
  }
}

function readB(json: Json | undefined): Asked | EffectsError {
  if (!isObject(json)) return ERRORS.parameter('the body is no JSON object');
  const fault = firstFault(json, BODY_B);
  if (fault) return fault;
  const payload = json.payload as JsonObject;
  return {
    templateId: String(json.template_id),
    pictures: payload.resource_list as string[],
    resolution: payload.resolution as string | undefined,
    callbackUrl: json.callback_url as string | undefined,
  };
}

export interface Rules {
  /** The standing of the account. */
  standing: string;
  /** Ids of templates that were taken offline. */
  offline: readonly string[];
}

/** What is ordered, or the first thing that is wrong with it. */
export function readOrder(
  form: 'a' | 'b',
  json: Json | undefined,
  { standing, offline }: Rules,
): EffectsOrder | EffectsError {
  const asked = form === 'a' ? readA(json) : readB(json);
  if ('code' in asked) return asked;
  if (!/^\d{1,20}$/.test(asked.templateId)) return { code: 1419, message: 'TemplateIdErr' };
  const template = TEMPLATES.find(({ templateId }) => templateId === asked.templateId);
  if (!template || offline.includes(asked.templateId)) return { code: 1410, message: 'TemplateIdNotExist' };
  if (asked.serverId !== undefined && asked.serverId !== template.serverId) {
    return ERRORS.parameter('ServerId does not serve this template');
  }
  const resolution = asked.resolution ?? template.resolutions[0];
  if (!template.resolutions.includes(resolution)) return { code: 1411, message: 'InputResolutionErr' };
  if (asked.pictures.length !== template.pictures) {
    return { code: 1416, message: `InvalidMediaCountErr: ${template.pictures} wanted` };
  }
  if (!asked.pictures.every(isPublicAddress)) return { code: 1413, message: 'InvalidMediaUrlErr' };
  return STANDINGS[standing] ?? { template, resolution, callbackUrl: asked.callbackUrl };
}
