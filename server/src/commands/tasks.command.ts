// tasks: what is open, all that is known of one, and the end of one by hand, with what it means for the money.
import type { Command } from 'commander';
import { askForYes, ownTerminal } from '../client/ask.ts';
import { presentHandEnded, presentListedTask, presentTaskFacts } from '../doors/operator/tasks.presenter.ts';
import { withOneMore } from '../doors/plain-page.ts';
import { OperatorError } from '../errors.ts';
import { createLog } from '../lib/log.ts';
import type { Micros } from '../lib/money.ts';
import {
  chargeByHand,
  endByHand,
  findTaskFacts,
  type HandEnd,
  type HandEnded,
  type ListedTask,
  listTasksByHand,
  openAttemptOf,
  type TaskFacts,
} from '../tasks/by-hand.ts';
import { readCredits, readHandEnd } from './arguments.ts';
import { withCore } from './environment.ts';
import {
  creditsText,
  type Form,
  type JsonOption,
  type PageOptions,
  print,
  printPage,
  printRecord,
  type Row,
  withPage,
} from './output.ts';

const LISTED: Form<ListedTask> = {
  present: presentListedTask,
  summarize: (row) => ({
    id: row.id,
    account: row.account,
    book: row.book,
    model: row.model,
    state: row.state,
    created_at: row.created_at,
    deadline_at: row.deadline_at,
    provider: row.provider,
    attempt_state: row.attempt_state,
    unreadable_at: row.unreadable_at,
    unfetched_at: row.unfetched_at,
    held: creditsText(row.price),
  }),
};

interface SettleOptions extends JsonOption {
  as: HandEnd['as'];
  reason: string;
  file?: string;
  used?: Micros;
  yes?: boolean;
}

export function addTaskCommands(tasks: Command): void {
  withPage(tasks.command('list').description('open tasks, the oldest first'))
    .option(
      '--stuck',
      'only those whose provider cannot be read, has no file for them, or may not have taken them',
    )
    .action(({ stuck, ...options }: PageOptions & { stuck?: boolean }) =>
      withCore(async ({ pool }) => {
        const question = { status: stuck ? 'stuck' : 'open', order: 'oldest' } as const;
        const rows = await listTasksByHand(pool, { ...withOneMore(options), ...question });
        printPage(rows, options, LISTED);
      }),
    );
  tasks
    .command('show <task>')
    .description(
      'all that is known of a task: its money, its attempts with their jobs at providers, its events',
    )
    .option('--json', 'print JSON')
    .action((id: string, options: JsonOption) =>
      withCore(async ({ pool }) => show(await findTaskFacts(pool, id.toLowerCase()), options)),
    );
  tasks
    .command('settle <task>')
    .description('end an open task now; says what it means for the money, and asks before it is done')
    .requiredOption(
      '--as <end>',
      'failed or cancelled: nothing is charged; succeeded: with --file',
      readHandEnd,
    )
    .option('--reason <text>', 'why; it stands in the events and in the result, which the client reads', '')
    .option('--file <video>', 'the video, of a task that succeeded after all')
    .option(
      '--used <credits>',
      'what is charged for it, at most what is held; all of it unless said',
      readCredits,
    )
    .option('--yes', 'do it without asking')
    .option('--json', 'print JSON')
    .action((id: string, options: SettleOptions) => settleTask(id.toLowerCase(), options));
}

function readEnd({ as, reason, file, used }: SettleOptions): HandEnd {
  if (as === 'succeeded') {
    if (file !== undefined) return { as, reason, file, usedMicros: used };
    throw new OperatorError('A task succeeds with its video: --file <video>');
  }
  if (file === undefined && used === undefined) return { as, reason };
  throw new OperatorError('--file and --used are for --as succeeded');
}

async function settleTask(id: string, options: SettleOptions): Promise<void> {
  const end = readEnd(options);
  await withCore(async (core) => {
    const facts = await findTaskFacts(core.pool, id);
    if (facts.task.completed_at === null) await confirm(facts, end, options);
    const ended = await endByHand(core, facts, end);
    const { account_id: accountId } = facts.task;
    const line = { taskId: id, accountId, as: ended.state, reason: end.reason };
    createLog('info', {}, process.stderr).info(line, 'task.ended_by_operator');
    printRecord(ended, options, {
      present: (record) => presentHandEnded(id, record),
      summarize: (record) => summarizeEnd(id, record),
    });
  });
}

function summarizeEnd(id: string, ended: HandEnded): Row {
  return {
    task: id,
    state: ended.state,
    charged: creditsText(ended.chargedMicros),
    given_back: creditsText(ended.givenBackMicros),
    callback: ended.hasCallback,
  };
}

/** Says what will be done, and goes on when the operator wants it. @throws OperatorError when not. */
async function confirm(facts: TaskFacts, end: HandEnd, { yes }: SettleOptions): Promise<void> {
  const { output } = ownTerminal;
  for (const line of describeEnd(facts, end)) output.write(`${line}\n`);
  if (yes) return;
  if (!(await askForYes(ownTerminal)))
    throw new OperatorError('Nothing was changed; --yes does it without asking');
}

/** What there is, and what the end means for the money. */
function describeEnd(facts: TaskFacts, end: HandEnd): string[] {
  const { task, account } = facts;
  const charged = chargeByHand(task, end);
  const attempt = openAttemptOf(facts);
  const since = (at: Date | null | undefined, what: string) =>
    at ? [`, ${what} since ${at.toISOString()}`] : [];
  const marks = [
    ...since(attempt?.unreadable_at, 'unreadable'),
    ...since(attempt?.unfetched_at, 'made, without its file'),
  ];
  const at = attempt
    ? `Attempt ${attempt.epoch}: offer ${attempt.offer ?? '-'} by ${attempt.credential ?? attempt.provider}, ${attempt.state}, job ${JSON.stringify(attempt.reference)}${marks.join('')}`
    : 'No attempt of it is open: nothing runs at a provider';
  const money = `Held: ${creditsText(task.price)} credits (${task.book}). Charged: ${creditsText(charged)}. Given back: ${creditsText(task.price - charged)}`;
  const later: Record<HandEnd['as'], string> = {
    failed:
      'What the provider still makes of it is stopped if it can be, or delivered free and booked as a loss',
    cancelled:
      'What the provider still makes of it is stopped if it can be, or booked as a loss; the client gets nothing',
    succeeded: 'The file is the result; the job at the provider is not looked at any more',
  };
  return [
    `Task ${task.id}: ${task.model} of ${account}, ${task.state}, created ${task.created_at.toISOString()}, deadline ${task.deadline_at.toISOString()}`,
    at,
    `${money}. No other provider is asked.`,
    ...(attempt ? [`${later[end.as]}.`] : []),
    task.callback_url === null ? 'It has no callback.' : 'Its callback is sent by a running server.',
  ];
}

function show(facts: TaskFacts, options: JsonOption): void {
  if (options.json) {
    print(presentTaskFacts(facts), options);
    return;
  }
  const { task, account, settlement, attempts, events } = facts;
  print(
    {
      task: task.id,
      account,
      account_id: task.account_id,
      book: task.book,
      model: task.model,
      state: task.state,
      created_at: task.created_at,
      deadline_at: task.deadline_at,
      completed_at: task.completed_at,
      cancel_requested_at: task.cancel_requested_at,
      held: creditsText(task.price),
      settled: settlement?.kind ?? null,
      charged: settlement && creditsText(settlement.captured),
      error: task.result_error,
      message: task.result_message,
    },
    options,
  );
  process.stdout.write('\nattempts\n');
  print(
    attempts.map((attempt) => ({ ...attempt })),
    options,
  );
  process.stdout.write('\nevents\n');
  print(
    events.map(({ name, detail, created_at: at }) => ({ at, event: name, detail })),
    options,
  );
}
