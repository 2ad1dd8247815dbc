// The addresses asset://<id> in an input, which stand for addresses that the account has kept.
import { isUuid } from '../lib/ids.ts';
import { isObject, type Json, type JsonObject } from '../lib/json.ts';

const PREFIX = 'asset://';
/** More than the lists of any model take together. */
const IDS_MAX = 100;
/** Stands for one that is not there, so that the answer names it once. */
const NOWHERE = 'https://asset.invalid/';

/** The id behind such an address; undefined for any other value. */
function idOf(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' || !value.startsWith(PREFIX)) return undefined;
  return value.slice(PREFIX.length).toLowerCase();
}

function valuesOf(value: Json | undefined): readonly (Json | undefined)[] {
  return Array.isArray(value) ? value.slice(0, IDS_MAX) : [value];
}

/** The ids that the input of a create body names, of those that can be ids at all. */
export function findAssetIds(body: Json): string[] {
  const input = isObject(body) && isObject(body.input) ? body.input : {};
  const ids = Object.values(input).flatMap((value) => valuesOf(value).flatMap((one) => idOf(one) ?? []));
  return [...new Set(ids.filter(isUuid))].slice(0, IDS_MAX);
}

/**
 * Puts the kept addresses in the place of their names. The input is the same object when it has none.
 * @param fields those that hold addresses. @param addresses by the ids of assets.
 */
export function placeAssets(
  input: JsonObject,
  fields: readonly string[],
  addresses: ReadonlyMap<string, string>,
): { input: JsonObject; errors: string[] } {
  const errors: string[] = [];
  const place = (value: Json, where: string): Json => {
    const id = idOf(value);
    if (id === undefined) return value;
    const address = addresses.get(id);
    if (address === undefined) errors.push(`input.${where}: there is no asset ${id.slice(0, 36)}`);
    return address ?? NOWHERE;
  };
  let placed = input;
  for (const field of fields) {
    const value = input[field];
    if (!valuesOf(value).some((one) => idOf(one) !== undefined)) continue;
    const addressed = Array.isArray(value)
      ? value.map((one, at) => place(one, `${field}[${at}]`))
      : place(value, field);
    placed = { ...placed, [field]: addressed };
  }
  return { input: placed, errors: errors.slice(0, IDS_MAX) };
}
