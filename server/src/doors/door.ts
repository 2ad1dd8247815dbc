// What a door is: one dialect of the API in one folder. It knows the domain and speaks of it in its own names, codes and
// envelope; the domain knows none of them, and no door knows another.
import type { FastifyInstance } from 'fastify';
import type { ApiPart } from '../http/openapi.ts';
import { refuseIn } from '../http/shell.ts';
import type { Log } from '../lib/log.ts';
import type { LinkToOutput, TaskView } from '../tasks/task.ts';

/**
 * Its prefix, its errors with their statuses, and its part of the description come from `ApiPart`; the schemas stand
 * beside the routes. `Parts` is what it needs of the domain.
 */
export interface Door<Parts> extends ApiPart {
  /** Adds its routes. Their addresses are written without the prefix. */
  register(scope: FastifyInstance, parts: Parts): void;
}

/** A door at which tasks are made. */
export interface TaskDoor<Parts> extends Door<Parts> {
  /** As `tasks.door` keeps it; never changed. */
  name: string;
  /** The body of a callback, as JSON text: the task as its readers see it at this door. */
  renderTask(row: TaskView, linkTo: LinkToOutput): string;
}

/** Adds a door in a scope of its own, so that all that goes wrong below its prefix is said in its dialect. */
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
