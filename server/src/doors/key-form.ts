// What bounds a key, as every plain door and the commands write it: one form, so that they cannot differ.
import { type Static, Type } from 'typebox';
import type { KeyRow } from '../accounts/accounts.ts';
import type { KeyLimitsChange } from '../accounts/key-limits.ts';
import { ROLES } from '../accounts/roles.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { refuseFaults } from '../errors.ts';
import { type Micros, parseCredits, toCredits } from '../lib/money.ts';
import { orNull } from './plain-schemas.ts';

const count = Type.Integer({ minimum: 1, maximum: 9_999_999 });
const budget = Type.Number({ minimum: 0, maximum: 1_000_000_000 });

export const keyName = Type.String({ minLength: 1, maxLength: 100 });
export const keyRole = Type.Enum([...ROLES], {
  description: 'A reader reads, a member also spends, an owner also manages keys, people and secrets.',
});

/** Seconds for which the secret before works after a rotation: none, an hour, a day, a week. */
export const overlapField = Type.Enum([0, 3_600, 86_400, 604_800], {
  description: 'Seconds for which the secret before works on.',
});

/** The bounds of a key in a body, but for its end, since doors write times in different ways. Null takes a bound away. */
export const limitFields = {
  creates_max: Type.Optional(count),
  creates_window_s: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
  reads_per_10s: Type.Optional(orNull(count)),
  open_tasks_max: Type.Optional(orNull(count)),
  credits_day_max: Type.Optional(orNull(budget)),
  credits_total_max: Type.Optional(orNull(budget)),
  models: Type.Optional(
    orNull(Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: 100 })),
  ),
  addresses: Type.Optional(
    orNull(Type.Array(Type.String({ minLength: 2, maxLength: 50 }), { minItems: 1, maxItems: 50 })),
  ),
  strict: Type.Optional(Type.Boolean()),
  agents_live: Type.Optional(Type.Boolean()),
  agents_confirm_above: Type.Optional(orNull(budget)),
};

const limitsBody = Type.Object(limitFields);

/** The bounds of a key in an answer. */
export const limitRecord = {
  creates_max: Type.Integer({ description: 'Creates that fit into a window.' }),
  creates_window_s: Type.Integer({ description: 'Seconds of that window.' }),
  reads_per_10s: orNull(Type.Integer({ description: 'Null: as the server is set.' })),
  open_tasks_max: orNull(
    Type.Integer({ description: 'Tasks at providers at once; further ones wait. Null: any number.' }),
  ),
  credits_day_max: orNull(Type.Number({ description: 'What the tasks of a day (UTC) may cost.' })),
  credits_today: Type.Number({ description: 'What counts towards it: held and charged.' }),
  credits_total_max: orNull(Type.Number({ description: 'What all its tasks may cost.' })),
  credits_total: Type.Number({ description: 'What counts towards it: held and charged.' }),
  models: orNull(Type.Array(Type.String(), { description: 'Models that it may use; null: all.' })),
  addresses: orNull(
    Type.Array(Type.String(), { description: 'Addresses and ranges (CIDR) it may call from; null: any.' }),
  ),
  strict: Type.Boolean({ description: 'Unknown fields of a create are refused.' }),
  agents_live: Type.Boolean({
    description: 'Agents may use it over MCP if it is a live key; a test key they may always use.',
  }),
  agents_confirm_above: orNull(
    Type.Number({ description: 'Credits above which a person has to agree to the create of an agent.' }),
  ),
};

const limitsRecord = Type.Object(limitRecord);

function orNothing(micros: Micros | null): number | null {
  return micros === null ? null : toCredits(micros);
}

export function presentLimits(row: KeyRow): Static<typeof limitsRecord> {
  return {
    creates_max: row.creates_max,
    creates_window_s: row.window_seconds,
    reads_per_10s: row.reads_per_10s,
    open_tasks_max: row.open_tasks_max,
    credits_day_max: orNothing(row.credits_day_max),
    credits_today: toCredits(row.spent_today),
    credits_total_max: orNothing(row.credits_total_max),
    credits_total: toCredits(row.spent),
    models: row.models,
    addresses: row.addresses,
    strict: row.strict,
    agents_live: row.agents_live,
    agents_confirm_above: orNothing(row.agents_confirm_above),
  };
}

/** The bounds that a body names. @throws AppError `validation_failed` for amounts and models that cannot be. */
export function readLimits(
  body: Static<typeof limitsBody>,
  { catalog, expiresAt }: { catalog: Catalog; expiresAt: Date | null | undefined },
): KeyLimitsChange {
  const faults: string[] = [];
  const amount = (
    field: 'credits_day_max' | 'credits_total_max' | 'agents_confirm_above',
  ): Micros | null | undefined => {
    const credits = body[field];
    const micros = credits === null || credits === undefined ? credits : parseCredits(credits);
    if (micros === undefined && credits !== undefined)
      faults.push(`${field}: must have at most six decimals`);
    return micros;
  };
  const creditsDayMax = amount('credits_day_max');
  const creditsTotalMax = amount('credits_total_max');
  const agentsConfirmAbove = amount('agents_confirm_above');
  for (const name of body.models ?? []) {
    if (catalog.modelsNamed(name).length === 0) faults.push(`models: there is no model "${name}"`);
  }
  if (faults.length > 0) throw refuseFaults(faults);
  return {
    createsMax: body.creates_max,
    createsWindowSeconds: body.creates_window_s,
    readsPer10s: body.reads_per_10s,
    openTasksMax: body.open_tasks_max,
    creditsDayMax,
    creditsTotalMax,
    // A limit holds for a model under all of its names.
    models: body.models && [...new Set(body.models.flatMap((name) => catalog.modelsNamed(name)))],
    addresses: body.addresses,
    expiresAt,
    strict: body.strict,
    agentsLive: body.agents_live,
    agentsConfirmAbove,
  };
}
