// A task as kie.ai's recordInfo has it. One function renders it for the query and for the callback, whose body is the whole
// answer of the query.
import { createHmac } from 'node:crypto';
import { parseOwnJson } from '../../lib/json.ts';
import { toCredits } from '../../lib/money.ts';
import type { LinkToOutput, StoredOutput, TaskRow, TaskState, TaskView } from '../../tasks/task.ts';
import type { Presented } from '../plain-schemas.ts';
import { codeOf, renderEnvelope } from './answer.ts';
import type { recordObject } from './schemas.ts';

/** The name of this door, as its tasks keep it; never changed. */
export const DOOR = 'kie';

type KieRecord = Presented<typeof recordObject>;

const STATES = {
  pending: 'waiting',
  running: 'generating',
  storing: 'generating',
  succeeded: 'success',
  failed: 'fail',
  cancelled: 'fail',
  expired: 'fail',
} as const satisfies Record<TaskState, KieRecord['state']>;

/** The whole create request as text, as kie.ai gives it back. */
function paramOf({ model, input, sent, callback_url: callBackUrl }: TaskView): {
  model: string;
  text: string;
} {
  const asked =
    sent === null
      ? { model, input: parseOwnJson(input) }
      : parseOwnJson<{ model: string; input: object }>(sent);
  const param = { model: asked.model, input: asked.input, ...(callBackUrl === null ? {} : { callBackUrl }) };
  return { model: asked.model, text: JSON.stringify(param) };
}

/** @param linkTo gives the addresses of results. */
export function presentRecord(row: TaskView, linkTo: LinkToOutput): KieRecord {
  const { created_at: createdAt, started_at: startedAt, completed_at: completedAt } = row;
  const outputs = row.outputs === null ? [] : parseOwnJson<StoredOutput[]>(row.outputs);
  const resultUrls = completedAt === null ? [] : outputs.map((output) => linkTo(output, completedAt));
  const hasFailed = STATES[row.state] === 'fail';
  const { model, text } = paramOf(row);
  return {
    taskId: row.id,
    model,
    state: STATES[row.state],
    param: text,
    resultJson: resultUrls.length > 0 ? JSON.stringify({ resultUrls }) : '',
    failCode: hasFailed ? String(codeOf(row.result_error ?? 'generation_failed')) : null,
    failMsg: hasFailed ? (row.result_message ?? '') : null,
    costTime: startedAt && completedAt ? completedAt.getTime() - startedAt.getTime() : null,
    createTime: createdAt.getTime(),
    updateTime: (completedAt ?? startedAt ?? createdAt).getTime(),
    completeTime: completedAt?.getTime() ?? null,
    creditsConsumed: completedAt === null ? null : toCredits(row.captured ?? 0n),
  };
}

/** The body of a callback: the answer of the query, with the code of a failure. */
export function renderCallback(row: TaskView, linkTo: LinkToOutput): string {
  const record = presentRecord(row, linkTo);
  const code = record.state === 'fail' ? Number(record.failCode) : 200;
  return renderEnvelope(code, record.failMsg ?? 'success', JSON.stringify(record));
}

/**
 * What a receiver of kie.ai checks: HMAC-SHA256 over the id of the task and the time, not over the body, with the secret as
 * it is shown (docs.kie.ai/common-api/webhook-verification). The signature over the body is beside it.
 */
export function signCallback(
  { id }: Pick<TaskRow, 'id'>,
  secret: string,
  seconds: number,
): Record<string, string> {
  return {
    'x-webhook-timestamp': String(seconds),
    'x-webhook-signature': createHmac('sha256', secret).update(`${id}.${seconds}`).digest('base64'),
  };
}
