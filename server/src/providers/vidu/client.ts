// The calls to Vidu. No mapping here; map.ts says what the answers mean.
import { isObject } from '../../lib/json.ts';
import { ask, askFor, probeWith, REFERENCE_UNREADABLE, readGood, submit, withoutTask } from '../answers.ts';
import type {
  CallContext,
  CancelOutcome,
  PollOutcome,
  ProbeOutcome,
  Reference,
  StartOutcome,
  StartRequest,
} from '../contract.ts';
import { PARAMS_UNFIT, unfitOffer } from '../kit/failures.ts';
import { usedOf } from '../kit/states.ts';
import { readAs, readWire, unreadOf } from '../kit/wire.ts';
import { authorize, PREFIX } from './address.ts';
import { readPage } from './find.ts';
import { findTemplateFault, fromWire, toFailure, toStartFailure, toWire } from './map.ts';
import { createdSchema, creditsSchema, paramsSchema, referenceSchema, taskSchema } from './wire.ts';

function pathOf(id: string): string {
  return `${PREFIX}/tasks/${encodeURIComponent(id)}`;
}

export async function start(request: StartRequest, context: CallContext): Promise<StartOutcome> {
  const params = readAs(paramsSchema, request.params);
  if (!params) {
    return { type: 'rejected', failure: unfitOffer(PARAMS_UNFIT) };
  }
  const fault = findTemplateFault(request);
  if (fault !== undefined) {
    return { type: 'rejected', failure: { reason: 'invalid_input', message: fault } };
  }
  const { moderation, audio_form: audioForm } = context.credential.fields;
  return submit(
    context,
    {
      method: 'POST',
      path: `${PREFIX}/${params.endpoint}`,
      headers: authorize(context),
      json: toWire(request, params, { moderation, audioForm }),
    },
    {
      failure: (answer) => toStartFailure(answer, request.template !== undefined),
      accepted(answer) {
        const created = readWire(createdSchema, answer);
        if (!created) return undefined;
        const { task_id: id, credits } = created;
        const model = created.model || params.model;
        return {
          reference: { id, ...(model === undefined ? {} : { model }) },
          ...usedOf('credits', credits),
          ...unreadOf(created),
        };
      },
    },
  );
}

export async function poll(reference: Reference, context: CallContext): Promise<PollOutcome> {
  const known = readAs(referenceSchema, reference);
  if (!known) return REFERENCE_UNREADABLE;
  return ask(
    context,
    { method: 'GET', path: `${pathOf(known.id)}/creations`, headers: authorize(context) },
    (answer) => {
      const task = readGood(taskSchema, answer);
      return task ? fromWire(task, known.model) : withoutTask(toFailure(answer));
    },
  );
}

/**
 * One list call for all tasks. The list is trusted for tasks that still run; a task that has ended or is
 * missing is asked for by itself, since the list does not say why a task failed and reaches back only 7 days.
 */
export async function pollMany(
  references: readonly Reference[],
  context: CallContext,
): Promise<PollOutcome[]> {
  const ids = references.map((reference) => readAs(referenceSchema, reference)?.id);
  const page = await readPage(context, { task_ids: ids.filter((id) => id !== undefined) });
  if ('failure' in page && !page.isRefused) {
    const { failure } = page;
    return ids.map((id) => (id === undefined ? REFERENCE_UNREADABLE : { type: 'unanswered', failure }));
  }
  const tasks = 'failure' in page ? [] : page.tasks;
  const states = new Map(tasks.map(({ id, state }) => [id, state]));
  return Promise.all(
    ids.map(async (id, at) => {
      const state = id === undefined ? undefined : states.get(id);
      const outcome = state ? fromWire({ state }) : undefined;
      const goesOn = outcome?.type === 'queued' || outcome?.type === 'running';
      return goesOn ? outcome : poll(references[at], context);
    }),
  );
}

/** The service refuses to cancel a scheduled task; the task is then looked at once more. */
export async function cancel(reference: Reference, context: CallContext): Promise<CancelOutcome> {
  const id = readAs(referenceSchema, reference)?.id;
  if (id === undefined) return { type: 'refused', detail: 'the record of this attempt cannot be read' };
  const answer = await askFor(context, {
    method: 'POST',
    path: `${pathOf(id)}/cancel`,
    headers: authorize(context),
    json: { id },
  });
  const isTaken = !('failure' in answer) && answer.status === 200 && isObject(answer.json);
  if (isTaken) return { type: 'stopped' };
  const state = await poll(reference, context);
  const isStopped = state.type === 'failed' && state.failure.reason === 'cancelled';
  return isStopped ? { type: 'stopped' } : { type: 'refused', detail: `it is ${state.type}` };
}

export async function probe(context: CallContext): Promise<ProbeOutcome> {
  return probeWith(
    context,
    {
      method: 'GET',
      path: `${PREFIX}/credits`,
      headers: authorize(context),
      query: { show_detail: 'false' },
    },
    {
      failure: toFailure,
      works(answer) {
        const account = readGood(creditsSchema, answer);
        if (!account) return undefined;
        const remains = 'remains' in account ? account.remains : account.remaining_credits;
        const amount = remains.reduce((sum, { credit_remain: credits }) => sum + credits, 0);
        const atOnce = Math.max(0, ...remains.map(({ concurrency_limit: limit }) => limit ?? 0));
        const detail = `the account has ${amount} credits and runs ${atOnce} tasks at once`;
        return { detail, balance: { unit: 'credits', amount: Math.max(0, amount) } };
      },
    },
  );
}
