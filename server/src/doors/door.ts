// What a door is: one dialect of the API in one folder. It knows the domain and presents it in its own names, codes and
// envelope; the domain knows none of them, and no door imports another.
import type { FastifyInstance } from 'fastify';
import { invariant } from '../errors.ts';
import type { ApiPart } from '../http/openapi.ts';
import { refuseIn } from '../http/shell.ts';
import type { Log } from '../lib/log.ts';
import type { LinkToOutput, TaskRow, TaskView } from '../tasks/task.ts';

/**
 * Its prefix, its errors with their statuses, and its part of the description come from `ApiPart`; the schemas are
 * next to the routes. `Parts` is what it needs of the domain.
 */
export interface Door<Parts> extends ApiPart {
  /** Adds its routes. Their addresses are written without the prefix. */
  register(scope: FastifyInstance, parts: Parts): void;
}

/** The form of a task at the door at which it was created. */
export interface TaskForm {
  /** The name that `tasks.door` keeps; never changed. */
  name: string;
  /** The task as JSON text, which is the body of its callback too. */
  renderTask(row: TaskView, linkTo: LinkToOutput): string;
  /** Headers of its callback beside those that all have. @param secret as its owner is shown it. */
  signTask?(row: TaskRow, secret: string, seconds: number): Record<string, string>;
}

/** A door at which tasks are created. */
export interface TaskDoor<Parts> extends Door<Parts>, TaskForm {}

/** The callback of a task. */
export interface RenderedTask {
  body: string;
  sign?: (secret: string, seconds: number) => Record<string, string>;
}

/** Makes the function that renders a task in the form of the door at which it was created. */
export function joinTaskForms(
  forms: readonly TaskForm[],
): (row: TaskRow, linkTo: LinkToOutput) => RenderedTask {
  const byName = new Map(forms.map((form) => [form.name, form]));
  return (row, linkTo) => {
    const form = byName.get(row.door);
    invariant(form, `the task ${row.id} is of a door that there is`);
    const { signTask } = form;
    const body = form.renderTask(row, linkTo);
    return signTask ? { body, sign: (...when) => signTask(row, ...when) } : { body };
  };
}

/** Adds a door in a scope of its own, so that every fault below its prefix is answered in its dialect. */
export async function openDoor<Parts>(
  app: FastifyInstance,
  door: Door<Parts>,
  { parts, log }: { parts: Parts; log: Log },
): Promise<void> {
  await app.register(
    async (scope) => {
      refuseIn(scope, { errors: door.errors, log });
      door.register(scope, parts);
    },
    { prefix: door.prefix },
  );
}
