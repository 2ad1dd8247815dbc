// Every page with its address. A page is loaded when it is opened (or when its link is pointed at), in a piece of its own.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { paths } from './paths.ts';
import { formatSearch, parseSearch } from './shell/address.ts';
import { NoSuchPage, PageFailed } from './shell/failures.tsx';
import { Shell } from './shell/shell.tsx';

const root = createRootRoute({ component: Outlet, notFoundComponent: NoSuchPage });

/** Pages before the sign-in. */
const OPEN_PAGES = {
  [paths.setup()]: lazyRouteComponent(() => import('./pages/setup/setup.tsx'), 'SetupPage'),
  [paths.signIn()]: lazyRouteComponent(() => import('./pages/sign-in/sign-in.tsx'), 'SignInPage'),
};

/** Pages of a signed-in person. */
const PAGES = {
  [paths.playground()]: lazyRouteComponent(
    () => import('./pages/playground/playground.tsx'),
    'PlaygroundPage',
  ),
  [paths.models()]: lazyRouteComponent(() => import('./pages/models/models.tsx'), 'ModelsPage'),
  '/models/$vendor/$name': lazyRouteComponent(() => import('./pages/models/model.tsx'), 'ModelPage'),
  [paths.templates()]: lazyRouteComponent(() => import('./pages/templates/templates.tsx'), 'TemplatesPage'),
  [paths.tasks()]: lazyRouteComponent(() => import('./pages/tasks/tasks.tsx'), 'TasksPage'),
  '/tasks/$id': lazyRouteComponent(() => import('./pages/tasks/task.tsx'), 'TaskPage'),
  [paths.keys()]: lazyRouteComponent(() => import('./pages/keys/keys.tsx'), 'KeysPage'),
  [paths.usage()]: lazyRouteComponent(() => import('./pages/usage/usage.tsx'), 'UsagePage'),
  [paths.callbacks()]: lazyRouteComponent(() => import('./pages/callbacks/callbacks.tsx'), 'CallbacksPage'),
  [paths.account()]: lazyRouteComponent(() => import('./pages/account/account.tsx'), 'AccountPage'),
  [paths.welcome()]: lazyRouteComponent(() => import('./pages/welcome/welcome.tsx'), 'WelcomePage'),
  [paths.operator()]: lazyRouteComponent(() => import('./pages/operator/overview.tsx'), 'OverviewPage'),
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
