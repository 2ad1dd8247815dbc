// The only reader of the environment. A command reads it at its start, checks it as a whole and passes it down in slices.
// All problems are reported together by name; a value is never printed, since it may be a secret.
import { faultOfValue } from './credentials/fields.ts';
import { OperatorError } from './errors.ts';
import type { S3StorageSettings } from './files/storage-s3.ts';
import { isEmailAddress } from './lib/email-address.ts';
import { PROVIDER_FIELDS, PROVIDER_SETTINGS } from './provider-settings.ts';
import { faultOf, faultOfLongSecret, readSetting, type SettingValue } from './setting.ts';
import { SETTINGS, type SettingEntry } from './settings.ts';

type FieldValues = { readonly [E in SettingEntry as E['field']]: SettingValue<E> };

/** What each kind of deployment needs, in the units that the names say: the field of each setting, and these. */
export interface Config extends FieldValues {
  /** The variables of provider accounts that are set, by their names. */
  readonly providerEnvironment: Readonly<Record<string, string>>;
  /** By npm or its kin, which name themselves to all that they start. */
  readonly isStartedByNpm: boolean;
}

const S3_NEEDS = ['REELAY_S3_BUCKET', 'REELAY_S3_ACCESS_KEY_ID', 'REELAY_S3_SECRET_ACCESS_KEY'] as const;

type Environment = Record<string, string | undefined>;

const LONG_SECRETS = ['REELAY_SECRET', 'REELAY_OPERATOR_TOKEN'] as const;

function findProviderProblems(env: Environment): string[] {
  const problems = PROVIDER_FIELDS.flatMap((field) => {
    const text = env[field.environment]?.trim();
    const fault = text ? faultOfValue(field, text) : undefined;
    return fault === undefined ? [] : [`${field.environment} must ${fault}`];
  });
  // Providers may share a variable.
  return [...new Set(problems)];
}

/** Settings that make one only together. */
const TOGETHER = [
  ['REELAY_GOOGLE_CLIENT_ID', 'REELAY_GOOGLE_CLIENT_SECRET'],
  ['REELAY_GITHUB_CLIENT_ID', 'REELAY_GITHUB_CLIENT_SECRET'],
  ['REELAY_OIDC_ISSUER', 'REELAY_OIDC_CLIENT_ID', 'REELAY_OIDC_CLIENT_SECRET'],
];

function findLonelySettings(env: Environment): string[] {
  return TOGETHER.flatMap((names) => {
    const missing = names.filter((name) => !env[name]);
    return missing.length === names.length
      ? []
      : missing.map((name) => `${name} is missing beside its others`);
  });
}

/** How the address of a mail server looks; the rest is read where it is used. */
const SMTP_URL = /^smtps?:\/\/[^/?#\s]+\/?(\?tls=off)?$/;

function findMailProblems(env: Environment): string[] {
  const { REELAY_SMTP_URL: server, REELAY_MAIL_FROM: from, REELAY_NOTICES_COPY: copy } = env;
  const problems: string[] = [];
  if (server && !(SMTP_URL.test(server) && URL.canParse(server) && hasReadableUser(new URL(server)))) {
    problems.push(
      'REELAY_SMTP_URL must be smtp:// or smtps:// with a host, such as smtps://user:password@host',
    );
  }
  if (server && !from) problems.push('REELAY_MAIL_FROM is needed when REELAY_SMTP_URL is set');
  if (from && !isEmailAddress(from)) problems.push('REELAY_MAIL_FROM must be a plain email address');
  if (copy && !isEmailAddress(copy)) problems.push('REELAY_NOTICES_COPY must be a plain email address');
  if (copy && !server) problems.push('REELAY_SMTP_URL is needed when REELAY_NOTICES_COPY is set');
  if (env.REELAY_SIGN_UP === 'verified' && !server) {
    problems.push('REELAY_SMTP_URL is needed when REELAY_SIGN_UP is verified');
  }
  return problems;
}

/** Whether what is percent-encoded in it is text. */
function hasReadableUser({ username, password }: URL): boolean {
  try {
    return decodeURIComponent(username + password).length >= 0;
  } catch {
    return false;
  }
}

function readProviderEnvironment(env: Environment): Record<string, string> {
  const names = Object.keys(PROVIDER_SETTINGS);
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

/** Checks every setting, and that no name of a setting is misspelt. */
function findProblems(env: Environment): string[] {
  const problems: string[] = [];
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const text = env[name];
    const fault = text ? faultOf(setting, text) : undefined;
    if (fault) problems.push(`${name} must ${fault}`);
  }
  problems.push(...findProviderProblems(env), ...findMailProblems(env), ...findLonelySettings(env));
  const misspelt = Object.keys(env).filter((name) => name.startsWith('REELAY_') && !(name in SETTINGS));
  problems.push(...misspelt.map((name) => `${name} is not a setting of Reelay`));
  for (const name of LONG_SECRETS) {
    const fault = env[name] ? faultOfLongSecret(env[name]) : undefined;
    if (fault) problems.push(`${name} must ${fault}`);
  }
  if (env.REELAY_OPERATOR_TOKEN && !/^[\x21-\x7e]+$/.test(env.REELAY_OPERATOR_TOKEN)) {
    problems.push('REELAY_OPERATOR_TOKEN must be printable ASCII without blanks, since a header carries it');
  }
  if (env.REELAY_STORAGE === 's3') {
    const missing = S3_NEEDS.filter((name) => !env[name]);
    problems.push(...missing.map((name) => `${name} is needed when REELAY_STORAGE is s3`));
  }
  return problems;
}

function readFields(env: Environment): FieldValues {
  const settings = Object.entries(SETTINGS);
  const values = settings.map(([name, setting]) => [setting.field, readSetting(setting, env[name])]);
  // `SettingValue` is what `readSetting` returns, kind by kind.
  return Object.fromEntries(values) as FieldValues;
}

/**
 * Reads the settings.
 * @throws OperatorError that names every wrong setting at once.
 */
export function readConfig(env: Environment): Config {
  const problems = findProblems(env);
  if (problems.length > 0) throw new OperatorError(`Settings: ${problems.join('; ')}`);
  return Object.freeze({
    ...readFields(env),
    providerEnvironment: readProviderEnvironment(env),
    isStartedByNpm: env.npm_execpath !== undefined,
  });
}

/** Where files are kept. */
export function storageOf(config: Config): { kind: 'disk' } | { kind: 's3'; s3: S3StorageSettings } {
  if (config.storage === 'disk') return { kind: 'disk' };
  return {
    kind: 's3',
    s3: {
      endpoint: config.s3Endpoint,
      region: config.s3Region,
      // There are these three: `readConfig` has refused all else.
      bucket: String(config.s3Bucket),
      accessKeyId: String(config.s3AccessKeyId),
      secretAccessKey: String(config.s3SecretAccessKey),
    },
  };
}
