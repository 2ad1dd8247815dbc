// `reelay run`: an input from words, its price before anything is spent, the task, and its files.
import type { Reelay } from '../../../sdk/src/sdk.ts';
import { askForYes, ownTerminal } from './ask.ts';
import { ClientFault } from './faults.ts';
import { deliver, type FollowOptions, follow } from './follow.ts';
import { readInputs } from './inputs.ts';
import { openClient } from './login.ts';
import { printOne, say } from './output.ts';

export interface RunOptions extends FollowOptions {
  maxCredits?: number;
  yes?: boolean;
  wait?: boolean;
  metadata?: [string, string][];
  callbackUrl?: string;
}

/** What the task may cost at most; asked for where live credits would be spent without a word. */
async function agreeOnPrice(
  reelay: Reelay,
  model: string,
  input: Record<string, unknown>,
  { maxCredits, yes }: RunOptions,
): Promise<number | undefined> {
  if (maxCredits !== undefined || yes) return maxCredits;
  const { mode } = await reelay.caller();
  if (mode === 'test') return undefined;
  const { estimated_credits: credits, balance } = await reelay.quote(model, input);
  say(`${model} takes ${credits} of ${balance} credits.`);
  if (await askForYes(ownTerminal)) return credits;
  throw new ClientFault('refused', 'Nothing was made. --max-credits N or --yes does it without asking');
}

export async function run(model: string, words: readonly string[], options: RunOptions): Promise<void> {
  const reelay = await openClient();
  const { input_schema: schema, usual_seconds: usualSeconds } = await reelay.models.get(model);
  const input = await readInputs(reelay, words, schema);
  const maxCredits = await agreeOnPrice(reelay, model, input, options);
  const created = await reelay.tasks.create(model, input, {
    maxCredits,
    callbackUrl: options.callbackUrl,
    metadata: options.metadata && Object.fromEntries(options.metadata),
  });
  for (const warning of created.warnings ?? []) say(`warning: ${warning}`);
  if (options.wait === false) {
    printOne(created, options, () => [created.task_id]);
    return;
  }
  say(`task ${created.task_id}`);
  await deliver(reelay, await follow(reelay, created.task_id, { ...options, usualSeconds }), options);
}
