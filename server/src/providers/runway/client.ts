// The calls to Runway. No mapping here; map.ts says what the answers mean.
import { ask, isGood, probeWith, REFERENCE_UNREADABLE, readGood, submit, withoutTask } from '../answers.ts';
import type {
  CallContext,
  CancelOutcome,
  PollOutcome,
  ProbeOutcome,
  Reference,
  StartOutcome,
  StartRequest,
} from '../contract.ts';
import { cancelIfOpen } from '../kit/cancel.ts';
import { usedOf } from '../kit/states.ts';
import { readAs, readWire, unreadOf } from '../kit/wire.ts';
import { fromWire, toFailure, toStartFailure, toWire } from './map.ts';
import { createdSchema, organizationSchema, paramsSchema, referenceSchema, taskSchema } from './wire.ts';

const TASKS = '/v1/tasks';

export async function start(request: StartRequest, context: CallContext): Promise<StartOutcome> {
  const params = readAs(paramsSchema, request.params);
  const json = params && toWire(request, params);
  if (!params || json === undefined) {
    const message = 'This offer does not have the model in this resolution and aspect ratio';
    return { type: 'rejected', failure: { reason: 'unavailable', message } };
  }
  return submit(
    context,
    {
      method: 'POST',
      path: `/v1/${params.endpoint}`,
      headers: authorize(context),
      json,
    },
    {
      failure: toStartFailure,
      accepted(answer) {
        const created = readWire(createdSchema, answer);
        if (!created) return undefined;
        // Credits are taken when a task is accepted; the `cost` at its end shows what was given back.
        const used = usedOf('credits', created.estimatedCost?.credits);
        return { reference: { id: created.id, model: params.model }, ...used, ...unreadOf(created) };
      },
    },
  );
}

export async function poll(reference: Reference, context: CallContext): Promise<PollOutcome> {
  const task = readAs(referenceSchema, reference);
  if (!task) return REFERENCE_UNREADABLE;
  return ask(
    context,
    { method: 'GET', path: `${TASKS}/${task.id}`, headers: authorize(context) },
    (answer) => {
      const found = readGood(taskSchema, answer);
      return found ? fromWire(found, task.model) : withoutTask(toFailure(answer));
    },
  );
}

/** DELETE cancels an open task and destroys a finished one with its video, so the state is read first. */
export async function cancel(reference: Reference, context: CallContext): Promise<CancelOutcome> {
  const task = readAs(referenceSchema, reference);
  return cancelIfOpen(context, await poll(reference, context), {
    open: ['queued', 'running'],
    call: task && { method: 'DELETE', path: `${TASKS}/${task.id}`, headers: authorize(context) },
    isDone: isGood,
  });
}

export async function probe(context: CallContext): Promise<ProbeOutcome> {
  return probeWith(
    context,
    { method: 'GET', path: '/v1/organization', headers: authorize(context) },
    {
      failure: toFailure,
      works(answer) {
        const organization = readGood(organizationSchema, answer);
        if (!organization) return undefined;
        const { creditBalance } = organization;
        return {
          detail: `the organization has ${creditBalance} credits`,
          // An overdrawn account has nothing to spend, and an amount is never negative.
          balance: { unit: 'credits', amount: Math.max(0, creditBalance) },
        };
      },
    },
  );
}

function authorize({ credential }: CallContext): Record<string, string> {
  const { api_key: key, version } = credential.fields;
  return { authorization: `Bearer ${key}`, 'x-runway-version': version };
}
