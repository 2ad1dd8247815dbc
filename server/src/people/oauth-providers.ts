// Where people may sign in instead of here, as the settings say.

/** Where people may sign in instead of here. */
export interface OauthProvider {
  id: 'google' | 'github' | 'oidc';
  clientId: string;
  clientSecret: string;
  /** Of OpenID Connect; the others are known. */
  issuer?: string;
}

/** The settings of providers, each pair set or not. */
export interface OauthSettings {
  googleClientId?: string | undefined;
  googleClientSecret?: string | undefined;
  githubClientId?: string | undefined;
  githubClientSecret?: string | undefined;
  oidcIssuer?: string | undefined;
  oidcClientId?: string | undefined;
  oidcClientSecret?: string | undefined;
}

/** Those that are set up. */
export function oauthProvidersOf(settings: OauthSettings): OauthProvider[] {
  const { googleClientId, googleClientSecret, githubClientId, githubClientSecret } = settings;
  const { oidcIssuer, oidcClientId, oidcClientSecret } = settings;
  const providers: OauthProvider[] = [];
  if (googleClientId && googleClientSecret) {
    providers.push({ id: 'google', clientId: googleClientId, clientSecret: googleClientSecret });
  }
  if (githubClientId && githubClientSecret) {
    providers.push({ id: 'github', clientId: githubClientId, clientSecret: githubClientSecret });
  }
  if (oidcIssuer && oidcClientId && oidcClientSecret) {
    const client = { clientId: oidcClientId, clientSecret: oidcClientSecret };
    providers.push({ id: 'oidc', issuer: oidcIssuer, ...client });
  }
  return providers;
}
