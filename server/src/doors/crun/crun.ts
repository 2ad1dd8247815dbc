// The Crun door: the Crun unified API, and Reelay's additions in the same style.
import type { Callbacks } from '../../callbacks/callbacks.ts';
import type { Clock } from '../../lib/time.ts';
import type { Usage } from '../../tasks/usage.ts';
import type { TaskDoor } from '../door.ts';
import { registerAccountRoutes } from './account.routes.ts';
import type { AccountEventSource } from './account-events.ts';
import { crunErrors } from './answer.ts';
import { registerAssetRoutes } from './assets.routes.ts';
import { registerCallbackRoutes } from './callbacks.routes.ts';
import { type CatalogParts, registerCatalogRoutes } from './catalog.routes.ts';
import { type CreateParts, registerCreateRoutes } from './create.routes.ts';
import { crunTags, crunWebhooks } from './description.ts';
import { crunExamples } from './examples.ts';
import { DOOR, renderTask } from './task-object.ts';
import { registerTaskRoutes } from './tasks.routes.ts';
import { type GalleryParts, registerGalleryRoute } from './templates.routes.ts';

/** What it needs of the domain. */
export interface CrunParts
  extends Omit<CreateParts, 'waiters'>,
    AccountEventSource,
    CatalogParts,
    GalleryParts {
  callbacks: Callbacks;
  clock: Clock;
  usage: Usage;
}

export const crunDoor: TaskDoor<CrunParts> = {
  name: DOOR,
  prefix: '/api/v1/client',
  document: 'crun',
  tags: crunTags,
  webhooks: crunWebhooks,
  examples: crunExamples,
  errors: crunErrors,
  renderTask,
  register(scope, parts) {
    registerCreateRoutes(scope, parts);
    registerTaskRoutes(scope, parts);
    registerAccountRoutes(scope, parts);
    registerCallbackRoutes(scope, parts.callbacks);
    registerCatalogRoutes(scope, parts);
    registerGalleryRoute(scope, parts);
    registerAssetRoutes(scope, parts.assets);
  },
};
