// The operator door: for the person that runs the server and holds its token. Its names and envelope are its own.
import { recordActs } from '../../http/acts.ts';
import type { Door } from '../door.ts';
import type { OpeningParts } from '../opening.ts';
import { registerAccountRoutes, registerKeyRoutes } from './accounts.routes.ts';
import { registerActRoutes } from './acts.routes.ts';
import { operatorErrors } from './answer.ts';
import { type CallbackParts, registerCallbackRoutes } from './callbacks.routes.ts';
import { type CheckParts, registerCheckRoutes } from './checks.routes.ts';
import { type CredentialParts, registerCredentialRoutes } from './credentials.routes.ts';
import { registerCreditRoutes } from './credits.routes.ts';
import { type ExampleParts, registerExampleRoutes } from './examples.routes.ts';
import { type ModelParts, registerModelRoutes } from './models.routes.ts';
import { type NoticeParts, registerNoticeRoutes } from './notices.routes.ts';
import { registerOverviewRoutes } from './overview.routes.ts';
import { type PeopleParts, registerPeopleRoutes } from './people.routes.ts';
import { registerPriceRoutes } from './prices.routes.ts';
import { registerTaskRoutes, registerVideoRoute, type TaskParts } from './tasks.routes.ts';
import { registerTemplateRoutes, type TemplateParts } from './templates.routes.ts';

export type OperatorParts = OpeningParts &
  PeopleParts &
  TaskParts &
  NoticeParts &
  CallbackParts &
  ModelParts &
  ExampleParts &
  TemplateParts &
  CredentialParts &
  CheckParts;

export const operatorDoor: Door<OperatorParts> = {
  prefix: '/api/v1/operator',
  document: 'operator',
  tags: {
    'Operator: accounts': 'Who pays, and their API keys. All of this part takes the token of the operator.',
    'Operator: people': 'Who can sign in, and the links that let them in.',
    'Operator: credits': 'Grants, corrections, balances, statements and losses.',
    'Operator: tasks': 'Tasks of all accounts, and their end by hand.',
    'Operator: callbacks': 'Signed notices of ended tasks.',
    'Operator: models': 'What is offered, at what price, and whether it is on.',
    'Operator: templates': 'Catalogues of effect templates.',
    'Operator: credentials': 'Accounts at providers.',
    'Operator: checks': 'Whether the server is well.',
    'Operator: audit log': 'What operators did, and every change of access.',
  },
  webhooks: {},
  errors: operatorErrors,
  // Who may call is decided by the shell, which holds the token.
  register(scope, parts) {
    recordActs(scope, { pool: parts.pool, isEach: true });
    registerAccountRoutes(scope, parts);
    registerKeyRoutes(scope, parts);
    registerPeopleRoutes(scope, parts);
    registerCreditRoutes(scope, parts);
    registerNoticeRoutes(scope, parts);
    registerTaskRoutes(scope, parts);
    registerVideoRoute(scope, parts);
    registerCallbackRoutes(scope, parts);
    registerModelRoutes(scope, parts);
    registerPriceRoutes(scope, parts);
    registerExampleRoutes(scope, parts);
    registerTemplateRoutes(scope, parts);
    registerCredentialRoutes(scope, parts);
    registerCheckRoutes(scope, parts);
    registerActRoutes(scope, parts);
    registerOverviewRoutes(scope, parts);
  },
};
