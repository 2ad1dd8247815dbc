// Every page with its address. A page is loaded when it is opened (or when its link is pointed at), in a piece of its own.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type RouteComponent,
  redirect,
} from '@tanstack/react-router';
import { paths } from './paths.ts';
import { formatSearch, parseSearch } from './shell/address.ts';
import { NoSuchPage, PageFailed } from './shell/failures.tsx';
import { loadPiece } from './shell/load.ts';
import { Shell } from './shell/shell.tsx';

const root = createRootRoute({ component: Outlet, notFoundComponent: NoSuchPage });

/** A page in a piece of its own. */
function page<Name extends string, Piece extends Record<Name, RouteComponent>>(
  load: () => Promise<Piece>,
  name: Name,
): RouteComponent {
  const isNeeded = () => router.state.status === 'pending' || router.state.matches.length === 0;
  return lazyRouteComponent(() => loadPiece(load, isNeeded), name);
}

/** Pages before the sign-in. */
const OPEN_PAGES = {
  [paths.setup()]: page(() => import('./pages/setup/setup.tsx'), 'SetupPage'),
  [paths.invitation()]: page(() => import('./pages/invitation/invitation.tsx'), 'InvitationPage'),
  [paths.signIn()]: page(() => import('./pages/sign-in/sign-in.tsx'), 'SignInPage'),
  [paths.signUp()]: page(() => import('./pages/sign-up/sign-up.tsx'), 'SignUpPage'),
};

/** Of a name with a vendor, and of one without, such as `z-image`. */
const MODEL_PAGE = page(() => import('./pages/models/model.tsx'), 'ModelPage');

/** Pages of a signed-in person. */
const PAGES = {
  [paths.playground()]: page(() => import('./pages/playground/playground.tsx'), 'PlaygroundPage'),
  [paths.models()]: page(() => import('./pages/models/models.tsx'), 'ModelsPage'),
  '/models/$name': MODEL_PAGE,
  '/models/$vendor/$name': MODEL_PAGE,
  [paths.templates()]: page(() => import('./pages/templates/templates.tsx'), 'TemplatesPage'),
  [paths.tasks()]: page(() => import('./pages/tasks/tasks.tsx'), 'TasksPage'),
  '/tasks/$id': page(() => import('./pages/tasks/task.tsx'), 'TaskPage'),
  [paths.keys()]: page(() => import('./pages/keys/keys.tsx'), 'KeysPage'),
  [paths.usage()]: page(() => import('./pages/usage/usage.tsx'), 'UsagePage'),
  [paths.callbacks()]: page(() => import('./pages/callbacks/callbacks.tsx'), 'CallbacksPage'),
  [paths.account()]: page(() => import('./pages/account/account.tsx'), 'AccountPage'),
  [paths.welcome()]: page(() => import('./pages/welcome/welcome.tsx'), 'WelcomePage'),
  [paths.operator()]: page(() => import('./pages/operator/overview.tsx'), 'OverviewPage'),
  [paths.operatorAccounts()]: page(() => import('./pages/operator/accounts.tsx'), 'AccountsPage'),
  '/operator/accounts/$id': page(() => import('./pages/operator/account.tsx'), 'AccountPage'),
  [paths.operatorPeople()]: page(() => import('./pages/operator/people.tsx'), 'OperatorPeoplePage'),
  [paths.operatorModels()]: page(() => import('./pages/operator/models.tsx'), 'OperatorModelsPage'),
  [paths.operatorOffers()]: page(() => import('./pages/operator/offers.tsx'), 'OffersPage'),
  [paths.operatorCredentials()]: page(() => import('./pages/operator/credentials.tsx'), 'CredentialsPage'),
  [paths.operatorTemplates()]: page(() => import('./pages/operator/templates.tsx'), 'OperatorTemplatesPage'),
  [paths.operatorSwitches()]: page(() => import('./pages/operator/switches.tsx'), 'SwitchesPage'),
  [paths.operatorUnknown()]: page(() => import('./pages/operator/unknown.tsx'), 'UnknownPage'),
  [paths.operatorCallbacks()]: page(() => import('./pages/operator/callbacks.tsx'), 'OperatorCallbacksPage'),
  [paths.operatorLosses()]: page(() => import('./pages/operator/lists.tsx'), 'LossesPage'),
  [paths.operatorAudit()]: page(() => import('./pages/operator/audit.tsx'), 'AuditPage'),
  [paths.operatorNodes()]: page(() => import('./pages/operator/lists.tsx'), 'NodesPage'),
};

const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });

const home = createRoute({
  getParentRoute: () => root,
  path: paths.home(),
  beforeLoad: () => {
    throw redirect({ href: paths.playground(), replace: true });
  },
});

const openPages = Object.entries(OPEN_PAGES).map(([path, component]) =>
  createRoute({ getParentRoute: () => root, path, component, errorComponent: PageFailed }),
);

const pages = Object.entries(PAGES).map(([path, component]) =>
  createRoute({ getParentRoute: () => shell, path, component, errorComponent: PageFailed }),
);

export const router = createRouter({
  routeTree: root.addChildren([home, ...openPages, shell.addChildren(pages)]),
  parseSearch,
  stringifySearch: formatSearch,
  scrollRestoration: true,
  defaultPreload: false,
  defaultPendingMs: 300,
});
