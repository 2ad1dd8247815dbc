// Gathers the fields of a provider account from the arguments, the standard input and, for what is missing, a person.

import { HiddenQuestions, readInput, type Terminal } from '../client/ask.ts';
import {
  cleanValues,
  describeMissing,
  type FieldValues,
  faultsOfValues,
  missingFields,
} from '../credentials/fields.ts';
import { OperatorError } from '../errors.ts';
import type { CredentialField, Provider } from '../providers/contract.ts';

const HOW_TO_GIVE =
  'Give a secret on the standard input with --field-stdin <name>, another field with --field <name>=…, or run it on a terminal to be asked';

export interface FieldOptions {
  /** `name=value`, as it was given. */
  field?: [string, string][];
  /** Names of fields that stand on the standard input: the whole of it for one, a line for each of several. */
  fieldStdin?: string[];
}

/** @throws OperatorError for a name that is given twice. */
export async function readFieldOptions(options: FieldOptions, terminal: Terminal): Promise<FieldValues> {
  const { field = [], fieldStdin = [] } = options;
  const names = [...field.map(([name]) => name), ...fieldStdin];
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) throw new OperatorError(`The field ${twice} is given twice`);
  if (fieldStdin.length === 0) return Object.fromEntries(field);
  const text = await readInput(terminal.input);
  const parts = fieldStdin.length === 1 ? [text] : text.split(/\r?\n/);
  const read = fieldStdin.map((name, at) => [name, parts[at] ?? ''] as const);
  const empty = read.find(([, value]) => value.trim() === '');
  if (empty) throw new OperatorError(`The standard input has nothing for the field ${empty[0]}`);
  return Object.fromEntries([...field, ...read]);
}

/**
 * All fields that an account needs.
 * @throws OperatorError that says what is wrong, what is missing, what it is for, and how to give it.
 */
export async function gatherFields(
  provider: Provider,
  options: FieldOptions,
  terminal: Terminal,
): Promise<FieldValues> {
  const values = cleanValues(await readFieldOptions(options, terminal));
  const missing = missingFields(provider, values);
  const isAsked = terminal.input.isTTY === true && (options.fieldStdin ?? []).length === 0;
  const faults = faultsOfValues(provider, values);
  if (missing.length > 0 && !isAsked) {
    faults.push(`${describeMissing(provider, missing).join('; ')}. ${HOW_TO_GIVE}`);
  }
  if (faults.length > 0) throw new OperatorError(faults.join('; '));
  return missing.length === 0 ? values : { ...values, ...(await askFor(missing, terminal)) };
}

async function askFor(missing: readonly CredentialField[], terminal: Terminal): Promise<FieldValues> {
  const questions = new HiddenQuestions(terminal);
  const asked: Record<string, string> = {};
  try {
    for (const { name, about, isSecret, fallback } of missing) {
      const hidden = isSecret ? ', not shown' : '';
      const optional = fallback === undefined ? '' : ', may be left empty';
      asked[name] = await questions.ask(`${name} (${about}${hidden}${optional}): `);
    }
  } finally {
    questions.close();
  }
  return asked;
}
