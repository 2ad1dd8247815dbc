// What is given for a provider account, as text: checked, filled up, and reduced to what a list may show. Pure. No message
// of this file may hold a value.
import { createHmac } from 'node:crypto';
import { OperatorError } from '../errors.ts';
import type { CredentialField, Provider } from '../providers/contract.ts';

/** By the names of the provider's facts; only what was given. */
export type FieldValues = Readonly<Record<string, string>>;

/** Values as they come from an environment or a command: not there, empty, or with blanks round them. */
export type GivenValues = Readonly<Record<string, string | undefined>>;

const VALUE_CHARACTERS_MAX = 16_384;
/** Of a shorter secret, four characters would reveal too much. */
const HINTED_CHARACTERS_MIN = 12;
const HINT_CHARACTERS = 4;
/** Paths are appended to it. */
const ADDRESS = /^https?:\/\/[^/?#\s]+[^?#\s]*$/;

/** Whether the value is an address that calls go to. */
export function isAddressField({ name, fallback }: CredentialField): boolean {
  return name.endsWith('_url') || /^https?:\/\//.test(fallback ?? '');
}

function isAddress(text: string): boolean {
  return ADDRESS.test(text) && URL.canParse(text) && new URL(text).username === '';
}

/** What a value must be, as the end of the sentence "NAME must …"; undefined when it is. */
export function faultOfValue(field: CredentialField, text: string): string | undefined {
  if (text.length > VALUE_CHARACTERS_MAX) return `have at most ${VALUE_CHARACTERS_MAX} characters`;
  if (isAddressField(field) && !isAddress(text)) {
    return 'be an http:// or https:// address without user, query, fragment or blanks';
  }
  // Signed headers and bearer tokens hold nothing else; what breaks this rule was copied with something around it.
  if (!/^[\x20-\x7e]+$/.test(text)) return 'be printable ASCII in one line';
  return undefined;
}

/** The values that are there, without the blanks that copying leaves round them. */
export function cleanValues(given: GivenValues): FieldValues {
  const cleaned = Object.entries(given).map(([name, value]) => [name, value?.trim() ?? ''] as const);
  return Object.fromEntries(cleaned.filter(([, value]) => value !== ''));
}

function isRequired({ fallback }: CredentialField): boolean {
  return fallback === undefined;
}

/** The fields of each way to sign on, in the order of the facts; none where there is one way alone. */
function waysOf({ facts }: Provider): CredentialField[][] {
  const names = new Set(facts.credential.flatMap(({ way }) => way ?? []));
  return [...names].map((name) => facts.credential.filter(({ way }) => way === name));
}

/** The way to sign on that an account takes: the first one that it has all fields of. */
function wayTaken(provider: Provider, values: FieldValues): CredentialField[] | undefined {
  return waysOf(provider).find((fields) => fields.every(({ name }) => values[name] !== undefined));
}

/**
 * Fields that an account needs and that were not given. Where none is required by itself, as with a provider that can be
 * signed on to in two ways, the fields of one way are needed, or one of the secrets: then all of them are missing together,
 * but for what was given of a way that was begun.
 */
export function missingFields(provider: Provider, values: FieldValues): CredentialField[] {
  const { facts } = provider;
  const ways = waysOf(provider);
  if (ways.length > 0) {
    if (wayTaken(provider, values)) return [];
    const begun = ways.find((fields) => fields.some(({ name }) => values[name] !== undefined));
    return (begun ?? ways.flat()).filter(({ name }) => values[name] === undefined);
  }
  const required = facts.credential.filter(isRequired);
  if (required.length > 0) return required.filter(({ name }) => values[name] === undefined);
  const secrets = facts.credential.filter(({ isSecret }) => isSecret);
  return secrets.some(({ name }) => values[name] !== undefined) ? [] : secrets;
}

/** What is said of the fields that are missing. */
export function describeMissing(provider: Provider, missing: readonly CredentialField[]): string[] {
  if (missing.length === 0) return [];
  const isWayBegun = new Set(missing.map(({ way }) => way)).size === 1 && missing[0].way !== undefined;
  if (missing.every(isRequired) || isWayBegun) {
    return missing.map(({ name, about }) => `${name} is missing: ${about}`);
  }
  const ways = waysOf(provider).map((fields) => fields.map(({ name }) => name).join(' and '));
  if (ways.length > 0) return [`${ways.join(', or ')} is needed for ${provider.id}`];
  return [`one of ${missing.map(({ name }) => name).join(', ')} is needed for ${provider.id}`];
}

/** What is wrong with the values that are there: names that the provider does not have, and values that cannot be. */
export function faultsOfValues(provider: Provider, values: FieldValues): string[] {
  const { credential } = provider.facts;
  const known = credential.map(({ name }) => name);
  const unknown = Object.keys(values).filter((name) => !known.includes(name));
  const wrong = credential.flatMap((field) => {
    const value = values[field.name];
    const fault = value === undefined ? undefined : faultOfValue(field, value);
    return fault === undefined ? [] : [`${field.name} must ${fault}`];
  });
  return [
    ...unknown.map((name) => `${provider.id} has no field "${name}", only ${known.join(', ')}`),
    ...wrong,
  ];
}

/** @throws OperatorError that names every unknown, missing and wrong field, and what each is for. */
export function checkFields(provider: Provider, given: GivenValues): FieldValues {
  const values = cleanValues(given);
  const missing = describeMissing(provider, missingFields(provider, values));
  const faults = [...faultsOfValues(provider, values), ...missing];
  if (faults.length > 0) throw new OperatorError(faults.join('; '));
  return values;
}

/** With the fallbacks of the fields that were not given. */
export function fillFields({ facts }: Provider, values: FieldValues): FieldValues {
  const fallbacks = facts.credential.flatMap(({ name, fallback }) =>
    fallback === undefined ? [] : [[name, fallback] as const],
  );
  return { ...Object.fromEntries(fallbacks), ...values };
}

/**
 * Identifies an account by its required fields, which are its keys, and for a server of the operator's own its address; so
 * another address of a hosted provider, or another secret for callbacks, is the same account. Optional secrets count where
 * no required field is one; where there are ways to sign on, the fields of the way that is taken count.
 */
export function fingerprintOf(key: string, provider: Provider, values: FieldValues): Buffer {
  const fields = provider.facts.credential;
  const hasRequiredSecret = fields.some((field) => isRequired(field) && field.isSecret);
  const distinctive =
    wayTaken(provider, values) ??
    fields.filter((field) => isRequired(field) || (!hasRequiredSecret && field.isSecret));
  const parts = distinctive.map(({ name }) => [name, values[name] ?? '']);
  return createHmac('sha256', key)
    .update(JSON.stringify([provider.id, ...parts]))
    .digest();
}

/** Where its calls go, without a path; undefined for a provider that has no address. */
export function hostOfFields(provider: Provider, values: FieldValues): string | undefined {
  const filled = fillFields(provider, values);
  const field = provider.facts.credential.find(isAddressField);
  const address = field === undefined ? undefined : filled[field.name];
  return address !== undefined && URL.canParse(address) ? new URL(address).host : undefined;
}

/** The end of the main secret, by which people know it; the host where there is no secret that is long enough. */
export function hintOfFields(provider: Provider, values: FieldValues): string {
  const fields = wayTaken(provider, values) ?? provider.facts.credential;
  const main = fields.find(({ name, isSecret }) => isSecret && values[name] !== undefined);
  const secret = main === undefined ? '' : (values[main.name] ?? '');
  if (secret.length >= HINTED_CHARACTERS_MIN) return `…${secret.slice(-HINT_CHARACTERS)}`;
  return hostOfFields(provider, values) ?? provider.id;
}
