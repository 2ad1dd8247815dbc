// What the server answers, by its own schemas: types alone, so nothing of the server reaches the browser.
import type { Static, TSchema } from 'typebox';
import type * as callbacks from '../../../server/src/doors/account/callbacks.schemas.ts';
import type * as examples from '../../../server/src/doors/account/examples.schemas.ts';
import type * as keys from '../../../server/src/doors/account/keys.schemas.ts';
import type * as notices from '../../../server/src/doors/account/notices.schemas.ts';
import type * as oauth from '../../../server/src/doors/account/oauth.schemas.ts';
import type * as people from '../../../server/src/doors/account/people.schemas.ts';
import type * as factor from '../../../server/src/doors/account/second-factor.schemas.ts';
import type * as sessions from '../../../server/src/doors/account/sessions.schemas.ts';
import type * as tasks from '../../../server/src/doors/account/tasks.schemas.ts';
import type * as usage from '../../../server/src/doors/account/usage.schemas.ts';
import type * as catalog from '../../../server/src/doors/crun/catalog.schemas.ts';
import type * as client from '../../../server/src/doors/crun/schemas.ts';
import type * as clientTasks from '../../../server/src/doors/crun/tasks.schemas.ts';
import type * as gallery from '../../../server/src/doors/crun/templates.schemas.ts';
import type { limitRecord } from '../../../server/src/doors/key-form.ts';
import type * as operatorAccounts from '../../../server/src/doors/operator/accounts.schemas.ts';
import type * as operatorActs from '../../../server/src/doors/operator/acts.schemas.ts';
import type * as operatorCallbacks from '../../../server/src/doors/operator/callbacks.schemas.ts';
import type * as operatorCredentials from '../../../server/src/doors/operator/credentials.schemas.ts';
import type * as operatorCredits from '../../../server/src/doors/operator/credits.schemas.ts';
import type * as operatorExamples from '../../../server/src/doors/operator/examples.schemas.ts';
import type * as operatorModels from '../../../server/src/doors/operator/models.schemas.ts';
import type * as operatorNotices from '../../../server/src/doors/operator/notices.schemas.ts';
import type * as operatorOverview from '../../../server/src/doors/operator/overview.schemas.ts';
import type * as operatorPeople from '../../../server/src/doors/operator/people.schemas.ts';
import type * as operatorPrices from '../../../server/src/doors/operator/prices.schemas.ts';
import type * as operatorTasks from '../../../server/src/doors/operator/tasks.schemas.ts';
import type * as operatorTemplates from '../../../server/src/doors/operator/templates.schemas.ts';

/** What a route answers when it worked. */
type Answer<Schema extends { response: { 200: TSchema } }> = Static<Schema['response'][200]>;

/** What the server offers before and after the sign-in. */
export type ServerFacts = Static<typeof sessions.server>;
/** A way to sign in. */
export type SignIn = Static<typeof oauth.signIn>;
/** `GET /api/v1/account/setup`. */
export type Setup = Answer<typeof sessions.readSetupSchema>;
/** `GET /api/v1/account/me`. */
export type Me = Static<typeof sessions.me>;
/** `POST /api/v1/account/second-factor`. */
export type AppSecret = Answer<typeof factor.beginSecondFactorSchema>;
/** `POST /api/v1/account/second-factor/confirm`. */
export type BackupCodes = Answer<typeof factor.confirmSecondFactorSchema>;

/** One of `GET /api/v1/account/people`. */
export type Member = Static<typeof people.member>;
/** A role in an account. */
export type Role = Member['role'];
/** One of `GET /api/v1/account/invitations`. */
export type Invitation = Static<typeof people.invitation>;
/** The answer that shows the link, this once. */
export type MadeInvitation = Answer<typeof people.inviteSchema>;
/** `POST /api/v1/account/invitations/look`. */
export type InvitationLook = Answer<typeof people.lookSchema>;

/** One of `GET /api/v1/account/keys`. */
export type ApiKey = Static<typeof keys.key>;
export type KeyPage = Answer<typeof keys.listKeysSchema>;
/** What bounds a key; null is no bound. */
export type KeyLimits = Pick<ApiKey, keyof typeof limitRecord>;
/** The answer that shows the key, this once. */
export type MadeKey = Answer<typeof keys.createKeySchema>;
/** What can be changed of a key. */
export type KeyChange = Static<typeof keys.changeKeySchema.body>;

/** A task of `GET /api/v1/account/tasks`. */
export type ListedTask = Static<typeof tasks.listedTask>;
export type TaskOutput = ListedTask['outputs'][number];
export type TaskPicture = ListedTask['pictures'][number];
export type TaskPage = Answer<typeof tasks.searchTasksSchema>;
/** `GET /api/v1/account/tasks/{id}`. */
export type TaskDetail = Static<typeof tasks.taskDetail>;
export type TaskAttempt = Static<typeof tasks.attempt>;
/** `POST /api/v1/account/tasks/cancel`. */
export type Cancelled = Answer<typeof tasks.cancelTasksSchema>;
/** `POST /api/v1/account/tasks/{id}/pictures`. */
export type LoadedPicture = Answer<typeof tasks.loadPictureSchema>;

/** One of `GET /api/v1/account/examples`. */
export type Example = Static<typeof examples.example>;

/** `GET /api/v1/account/usage`. */
export type UsageReport = Answer<typeof usage.spendingSchema>;
export type UsageRow = UsageReport['rows'][number];
/** `GET /api/v1/account/usage/keys`. */
export type KeyDays = Answer<typeof usage.keyDaysSchema>;
/** One of `GET /api/v1/account/statement`. */
export type Movement = Static<typeof usage.movement>;
export type StatementPage = Answer<typeof usage.accountStatementSchema>;

/** One of `GET /api/v1/account/callbacks`. */
export type Callback = Static<typeof callbacks.callback>;
export type CallbackState = Callback['state'];
export type Occasion = Callback['occasion'];
export type CallbackTry = Static<typeof callbacks.callbackTry>;
export type CallbackInFull = Static<typeof callbacks.callbackInFull>;
/** `POST /api/v1/account/callbacks/test`. */
export type CallbackTest = Answer<typeof callbacks.tryOutSchema>;
/** `GET /api/v1/account/callback-secret`. */
export type SecretInShort = Static<typeof callbacks.secretInShort>;
/** One of `GET /api/v1/account/inboxes`. */
export type Inbox = Static<typeof callbacks.inbox>;
export type InboxRequest = Static<typeof callbacks.inboxRequest>;

/** `GET /api/v1/account/balance-notice`. */
export type Notice = Static<typeof notices.notice>;

/** `POST /api/v1/client/job/EstimateTask`. */
export type Estimate = Answer<typeof client.estimateTaskSchema>['data'];
/** `GET /api/v1/client/account/balance`. */
export type Balance = Answer<typeof client.balanceSchema>['data'];

type GalleryPage = Answer<typeof gallery.gallerySchema>['data'];
/** `GET /api/v1/client/job/Templates`. */
export type TemplatePage = GalleryPage;
export type Template = GalleryPage['templates'][number];
/** A value of a filter, and how many templates have it. */
export type Counted = GalleryPage['tags'][number];
/** One of `GET /api/v1/client/job/Models`. */
export type ModelSummary = Answer<typeof catalog.modelsSchema>['data']['models'][number];
export type ModelPrice = ModelSummary['price'];
/** `GET /api/v1/client/job/Models/{model}`. */
export type ModelDetail = Answer<ReturnType<typeof catalog.modelSchema>>['data'];
/** One field of an input, in JSON Schema with the words for people. */
export type InputField = Static<typeof catalog.inputField>;
/** What `GET /api/v1/client/job/Events` says of a task. Times are Unix seconds. */
export type LiveTask = Static<typeof clientTasks.liveTask>;

// What operators read: times there are Unix seconds.

export type Overview = Static<typeof operatorOverview.overview>;
export type Node = Static<typeof operatorOverview.node>;
export type Account = Static<typeof operatorAccounts.account>;
export type KeyOfAccount = Static<typeof operatorAccounts.key>;
/** One who can sign in. */
export type PersonOfInstance = Static<typeof operatorPeople.person>;
/** A link that lets somebody in, shown this once. */
export type PersonLink = Static<typeof operatorPeople.link>;
export type AccountBalance = Static<typeof operatorCredits.balance>;
export type Book = AccountBalance['book'];
/** One of `GET /api/v1/operator/accounts/{account}/notices`. */
export type OperatorNotice = Static<typeof operatorNotices.operatorNotice>;
export type OperatorMovement = Static<typeof operatorCredits.movement>;
export type Loss = Static<typeof operatorCredits.loss>;
export type ModelStatus = Static<typeof operatorModels.model>;
export type Price = ModelStatus['price'];
export type OperatorExample = Static<typeof operatorExamples.example>;
export type Offer = ModelStatus['offers'][number];
export type Provider = Static<typeof operatorCredentials.provider>;
export type ProviderField = Provider['fields'][number];
export type Credential = Static<typeof operatorCredentials.credential>;
export type CredentialTest = Static<typeof operatorCredentials.testResult>;
export type Catalogue = Static<typeof operatorTemplates.catalogueCount>;
export type OperatorTemplate = Static<typeof operatorTemplates.template>;
/** What an import of templates would do. */
export type PriceSheetChanges = Answer<typeof operatorPrices.previewPricesSchema>;
export type ImportPlan = Answer<typeof operatorTemplates.planImportSchema>;
export type StuckTask = Static<typeof operatorTasks.listedTask>;
export type Act = Static<typeof operatorActs.act>;
export type OperatorCallback = Static<typeof operatorCallbacks.callback>;
/** A try of a callback. */
export type Delivery = Static<typeof operatorCallbacks.delivery>;
