// The names of provider accounts: which can be one, and which is free.
import { OperatorError } from '../errors.ts';
import { isUuid } from '../lib/ids.ts';
import type { CredentialRow } from './credentials.store.ts';
import { ENVIRONMENT_NAME } from './environment.ts';

const NAME_CHARACTERS_MAX = 100;

function fail(message: string, errorName?: OperatorError['errorName']): never {
  throw new OperatorError(message, { errorName });
}

/** @throws OperatorError for a name that cannot be one. */
export function checkName(name: string): void {
  if (name === ENVIRONMENT_NAME) fail(`The name "${ENVIRONMENT_NAME}" is for the one from the environment`);
  const isGood = name.length > 0 && name.length <= NAME_CHARACTERS_MAX && !/[\p{Cc}/]/u.test(name);
  if (!isGood || isUuid(name)) {
    fail(`A name has 1 to ${NAME_CHARACTERS_MAX} characters, no slash, and is not an id`);
  }
}

/** The wanted name, or a free one. @throws OperatorError when the wanted name is taken among the rows. */
export function chooseName(rows: readonly CredentialRow[], wanted: string | undefined): string {
  const taken = new Set(rows.filter(({ retired_at }) => retired_at === null).map(({ name }) => name));
  if (wanted !== undefined && taken.has(wanted)) {
    fail(`There is a credential "${wanted}" already; choose another name`, 'conflict');
  }
  let name = wanted ?? 'operator';
  for (let count = 2; taken.has(name); count++) name = `operator-${count}`;
  return name;
}
