// The account door: for the members of an account, in the dashboard or with a key. What it does has no form in the Crun API.
import type { Pool } from 'pg';
import { recordActs } from '../../http/acts.ts';
import type { Members } from '../../people/members.ts';
import type { Door } from '../door.ts';
import { accountErrors } from './answer.ts';
import { type CallbackParts, registerCallbackRoutes, registerSecretRoutes } from './callbacks.routes.ts';
import { registerCallerRoute } from './caller.routes.ts';
import { Entry } from './entry.ts';
import { type ExampleParts, registerExampleRoutes } from './examples.routes.ts';
import { type InboxParts, registerInboxRoutes } from './inboxes.routes.ts';
import { type KeyParts, registerKeyRoutes } from './keys.routes.ts';
import { type LostPasswordParts, registerLostPasswordRoute } from './lost-password.routes.ts';
import { type NoticeParts, registerNoticeRoutes } from './notices.routes.ts';
import { noticeWebhooks } from './notices.schemas.ts';
import { type OauthParts, registerOauthRoutes, registerSignInRoutes } from './oauth.routes.ts';
import { registerInvitationRoutes, registerPeopleRoutes } from './people.routes.ts';
import { registerSecondFactorRoutes } from './second-factor.routes.ts';
import { registerSessionRoutes, registerSetupRoutes, type SessionParts } from './sessions.routes.ts';
import { registerSignUpRoutes, type SignUpParts } from './sign-up.routes.ts';
import { registerTaskRoutes, type TaskParts } from './tasks.routes.ts';
import { registerUsageRoutes, type UsageParts } from './usage.routes.ts';

export interface AccountParts
  extends CallbackParts,
    ExampleParts,
    InboxParts,
    KeyParts,
    LostPasswordParts,
    NoticeParts,
    OauthParts,
    SessionParts,
    SignUpParts,
    TaskParts,
    UsageParts {
  pool: Pool;
  members: Members;
}

export const accountDoor: Door<AccountParts> = {
  prefix: '/api/v1/account',
  document: 'account',
  tags: {
    Account: 'Who calls, and for which account.',
    'Account: keys': 'API keys with their limits.',
    'Account: tasks': 'Search, all that is known of one task, and the cancel of many.',
    'Account: usage': 'Tasks and credits by day, model, key, state or metadata, and the statement.',
    'Account: callbacks': 'What was sent to receivers, the secret that signs it, and inboxes to try it with.',
    People: 'Who may sign in, and who is signed in.',
  },
  webhooks: noticeWebhooks,
  errors: accountErrors,
  register(scope, parts) {
    recordActs(scope, { pool: parts.pool, isEach: false });
    registerCallerRoute(scope, parts);
    registerKeyRoutes(scope, parts);
    registerUsageRoutes(scope, parts);
    registerCallbackRoutes(scope, parts);
    registerSecretRoutes(scope, parts);
    registerInboxRoutes(scope, parts);
    registerNoticeRoutes(scope, parts);
    registerTaskRoutes(scope, parts);
    registerExampleRoutes(scope, parts);
    const entry = new Entry(parts);
    registerSetupRoutes(scope, parts, entry);
    registerSessionRoutes(scope, parts, entry);
    registerSecondFactorRoutes(scope, parts, entry);
    registerOauthRoutes(scope, parts, entry);
    registerSignInRoutes(scope, parts);
    registerLostPasswordRoute(scope, parts, entry);
    registerSignUpRoutes(scope, parts, entry);
    registerPeopleRoutes(scope, parts);
    registerInvitationRoutes(scope, parts, entry);
  },
};
