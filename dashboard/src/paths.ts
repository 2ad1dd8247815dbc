// The one place that knows the addresses of the application. Pages and links use these and write no address by hand.

/** Values of the query; absent and empty ones are left out. */
export type Search = Record<string, string | number | undefined>;

function withSearch(path: string, search: Search): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

export const paths = {
  home: () => '/',
  playground: (search: Search = {}) => withSearch('/playground', search),
  models: (search: Search = {}) => withSearch('/models', search),
  /** @param name as the API has it: `vendor/name`, or a name alone. */
  model: (name: string) => `/models/${name.split('/').map(encodeURIComponent).join('/')}`,
  templates: (search: Search = {}) => withSearch('/templates', search),
  tasks: (search: Search = {}) => withSearch('/tasks', search),
  /** @param search the filter of the list where it stands. */
  task: (id: string, search: Search = {}) => withSearch(`/tasks/${encodeURIComponent(id)}`, search),
  keys: (search: Search = {}) => withSearch('/keys', search),
  usage: (search: Search = {}) => withSearch('/usage', search),
  /** @param line `held`, `charged` or `given-back`: which line of the statement of a task. */
  statementLine: (task: string, line = 'charged') => `${withSearch('/usage', { task })}#${line}`,
  callbacks: (search: Search = {}) => withSearch('/callbacks', search),
  account: (search: Search = {}) => withSearch('/account', search),
  setup: () => '/setup',
  /** @param next where to go afterwards. */
  signIn: (next?: string) => withSearch('/sign-in', { next }),
  signUp: () => '/sign-up',
  invitation: () => '/invitation',
  welcome: () => '/welcome',
  operator: () => '/operator',
  operatorAccounts: (search: Search = {}) => withSearch('/operator/accounts', search),
  operatorAccount: (id: string) => `/operator/accounts/${encodeURIComponent(id)}`,
  operatorPeople: () => '/operator/people',
  operatorModels: (search: Search = {}) => withSearch('/operator/models', search),
  operatorOffers: (search: Search = {}) => withSearch('/operator/offers', search),
  operatorCredentials: (search: Search = {}) => withSearch('/operator/credentials', search),
  operatorTemplates: (search: Search = {}) => withSearch('/operator/templates', search),
  operatorSwitches: () => '/operator/switches',
  operatorUnknown: (search: Search = {}) => withSearch('/operator/unknown', search),
  operatorCallbacks: (search: Search = {}) => withSearch('/operator/callbacks', search),
  operatorLosses: (search: Search = {}) => withSearch('/operator/losses', search),
  operatorAudit: (search: Search = {}) => withSearch('/operator/audit', search),
  operatorNodes: () => '/operator/nodes',
  /** Served by the server and not by the application. */
  docs: () => '/docs/',
  guides: () => '/docs/guides',
};
