// models price, withdraw-price and offer: what a model costs from when on, and which provider makes it first.
import { type Command, Option } from 'commander';
import { flatPrice, type PriceRule } from '../catalog/prices.ts';
import type { ModelStatus } from '../catalog/state.ts';
import type { Core } from '../core.ts';
import { readPriceTable, TABLE_FIELDS } from '../doors/operator/models.routes.ts';
import { AppError, OperatorError } from '../errors.ts';
import type { Micros } from '../lib/money.ts';
import { readCount, readOrder, readPair, readPrice, readTime } from './arguments.ts';
import { withCore } from './environment.ts';
import { type Form, type JsonOption, printRecord, type Row } from './output.ts';

interface PriceOptions extends JsonOption {
  from?: Date;
  perSecond?: [string, string][];
  perPicture?: [string, string][];
  perSong?: [string, string][];
  perThousandCharacters?: [string, string][];
}

interface OfferOptions extends JsonOption {
  order?: number;
  weight?: number;
  enable?: boolean;
  disable?: boolean;
}

/** Adds to the commands of models. @param short how a model is printed in a list. */
export function addPriceCommands(models: Command, short: Form<ModelStatus>): void {
  const form: Form<ModelStatus> = {
    present: short.present,
    summarize: (status) => ({ ...short.summarize(status), ...summarizeNext(status) }),
  };
  models
    .command('price <model>')
    .description('a flat price for each task, one for each second, or the shipped price again')
    .argument('[credits]', 'such as 100 or 166.5, or "reset"', readPrice)
    .option('--per-second <resolution=credits>', 'in place of credits; once for each resolution', readPair)
    .option('--per-picture <resolution=credits>', 'the same, of a model that makes pictures', readPair)
    .option('--per-song <song=credits>', 'the same, of a model that makes songs', readPair)
    .option('--per-thousand-characters <characters=credits>', 'the same, of a model that speaks', readPair)
    .option('--from <time>', 'from when on, such as 2027-01-31T00:00:00Z; now if not given', readTime)
    .option('--json', 'print JSON')
    .action((model: string, credits: Micros | null | undefined, options: PriceOptions) =>
      withCore(async (core) => {
        const price = await readRule(core, model, credits, options);
        const change = { price, priceFrom: options.from };
        printRecord(await core.catalog.changeModel(model, change), options, form);
      }),
    );
  models
    .command('withdraw-price <model>')
    .description('a price that is to begin then does not')
    .requiredOption('--from <time>', 'when it was to begin, such as 2027-01-31T00:00:00Z', readTime)
    .option('--json', 'print JSON')
    .action((model: string, options: JsonOption & { from: Date }) =>
      withCore(async (core) => {
        const change = { withdrawPriceFrom: options.from };
        printRecord(await core.catalog.changeModel(model, change), options, form);
      }),
    );
  models
    .command('offer <model> <offer>')
    .description('when an offer is tried, and how much of what its order shares')
    .option('--order <count>', 'lower ones are tried first', readOrder)
    .option('--weight <count>', 'its share beside others of the same order', readCount)
    .addOption(new Option('--enable', 'it takes tasks again').conflicts('disable'))
    .option('--disable', 'it takes no new tasks; those under way go on')
    .option('--json', 'print JSON')
    .action((model: string, offer: string, options: OfferOptions) =>
      withCore(async (core) => {
        const { order, weight, enable, disable } = options;
        const enabled = enable ? true : disable ? false : undefined;
        const setting = { order, weight, enabled };
        const given = Object.fromEntries(Object.entries(setting).filter(([, value]) => value !== undefined));
        if (Object.keys(given).length === 0)
          throw new OperatorError('Name what changes: --order, --weight, --enable or --disable');
        printRecord(await core.catalog.changeModel(model, { offers: { [offer]: given } }), options, form);
      }),
    );
}

/** What these commands change and a list has no room for. */
function summarizeNext({ nextPrices, offers }: ModelStatus): Row {
  return {
    next_prices: nextPrices.map(({ startsAt, price }) => ({
      from: startsAt,
      credits: price.credits ?? null,
    })),
    offers: offers.map(({ id, order, weight, enabled }) =>
      enabled ? `${id}: order ${order}, weight ${weight}` : `${id}: off`,
    ),
  };
}

async function readRule(
  { catalog, clock }: Core,
  model: string,
  credits: Micros | null | undefined,
  { perSecond, perPicture, perSong, perThousandCharacters }: PriceOptions,
): Promise<PriceRule | null> {
  const tables = {
    price_per_second: perSecond,
    price_per_picture: perPicture,
    price_per_song: perSong,
    price_per_thousand_characters: perThousandCharacters,
  };
  const [name = 'price_per_second'] = TABLE_FIELDS.filter((field) => tables[field] !== undefined);
  const table = tables[name];
  if ([credits, ...Object.values(tables)].filter((given) => given !== undefined).length !== 1)
    throw new OperatorError('Give the credits of a task, "reset", or --per-second for each resolution');
  if (table === undefined)
    return credits === null || credits === undefined ? null : flatPrice(credits, clock());
  const status = await catalog.findStatus(model);
  if (!status) throw new OperatorError(`There is no model "${model}"; "reelay models list" shows them`);
  const amounts = Object.fromEntries(table.map(([resolution, text]) => [resolution, Number(text)]));
  try {
    return readPriceTable(amounts, status.facts, { name, nowMs: clock() });
  } catch (error) {
    // The words of the API, as one line of a command.
    if (error instanceof AppError)
      throw new OperatorError((error.details.errors ?? [error.message]).join('; '));
    throw error;
  }
}
