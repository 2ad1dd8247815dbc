// What the stores of tasks share: the columns of a task, and conditions on them.
/** What a reader sees; each further column costs something at every look of every client. */
export const VIEW_COLUMNS = `t.id, t.book, t.model, t.input, t.sent, t.callback_url, t.source, t.metadata, t.state, t.price, t.captured, t.provider,
  t.model_version, t.result_error, t.result_message, t.result_usage, t.outputs,
  t.created_at, t.started_at, t.completed_at`;

/** What a worker needs besides those. */
export const TASK_COLUMNS = `${VIEW_COLUMNS}, t.door, t.account_id, t.key_id, t.epoch, t.deadline_at, t.cancel_requested_at`;

// A statement that names its tasks must find them by their ids whatever the statistics say. If it also repeats the
// condition of a partial index (`due_at is not null`, `ended_at is null`), the planner may walk that index instead.
// After a long quiet time it takes the index for empty, and each statement then reads all open tasks. So such a
// statement says `completed_at is null` of a task, which a check of the table keeps equal, and of an attempt:

/** Says of the attempt `a` that its end is not known yet, in a form that fits no index. */
export const ATTEMPT_IS_OPEN = "coalesce(a.ended_at, 'infinity') = 'infinity'";

/**
 * Says of the task `t` that it has metadata, given with its owner as parameters. The index finds it by numbers that also
 * stand for the owner; then the texts are compared, since two of them may have the same number.
 */
export function hasMetadata(account: string, book: string, metadata: string): string {
  return `t.metadata is not null
    and metadata_terms(t.account_id, t.book, t.metadata) @> metadata_terms(${account}, ${book}, ${metadata}::json)
    and t.metadata::jsonb @> ${metadata}::jsonb`;
}
