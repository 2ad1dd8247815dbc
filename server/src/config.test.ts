import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Config, readConfig, storageOf } from './config.ts';
import { OperatorError } from './errors.ts';
import { PROVIDER_SETTINGS } from './provider-settings.ts';
import { providers } from './providers/registry.ts';
import { SETTINGS } from './settings.ts';

function problemsOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(OperatorError);
    return (error as OperatorError).message;
  }
  return '';
}

it('has a value for everything that can have a default, without any setting', () => {
  const config = readConfig({});
  expect(config).toMatchObject({
    port: 8787,
    host: '127.0.0.1',
    dataDir: resolve('./data'),
    databaseUrl: undefined,
    publicUrl: undefined,
    logLevel: 'info',
    storage: 'disk',
    resultDays: 14,
    uploadDays: 3,
    taskDays: 60,
    uploadBytesMax: 50 * 1024 * 1024,
    renderJobs: 1,
    createsPer10s: 20,
    trustProxy: [],
  });
  expect(Object.isFrozen(config)).toBe(true);
});

it('has a field for each setting, and no two settings share one', () => {
  const fields = Object.values(SETTINGS).map(({ field }) => field);
  expect(new Set(fields).size).toBe(fields.length);
  const others: (keyof Config)[] = ['providerEnvironment', 'isStartedByNpm'];
  expect(Object.keys(readConfig({})).toSorted()).toEqual([...fields, ...others].toSorted());
});

it('takes an empty value for a setting that is not set', () => {
  const names = Object.keys({ ...SETTINGS, ...PROVIDER_SETTINGS });
  const empty = Object.fromEntries(names.map((name) => [name, '']));
  expect(readConfig(empty)).toEqual(readConfig({}));
});

it.each([
  'a'.repeat(32),
  '0123456789'.repeat(4).slice(0, 32),
  'correct horse '.repeat(3),
  'abcdefg'.repeat(9),
])('C6: refuses a secret that is long and soon guessed: %s', (secret) => {
  expect(problemsOf({ REELAY_SECRET: secret })).toContain('REELAY_SECRET must not repeat itself');
  expect(problemsOf({ REELAY_OPERATOR_TOKEN: secret.replaceAll(' ', '-') })).toContain(
    'must not repeat itself',
  );
});

it('C6: accepts random secrets', () => {
  for (let round = 0; round < 200; round++)
    expect(readConfig({ REELAY_SECRET: randomBytes(16).toString('hex') }).secret).toHaveLength(32);
});

it('names every wrong setting in one message, and shows the value of none', () => {
  const message = problemsOf({
    PORT: '70000',
    LOG_LEVEL: 'loud',
    PUBLIC_URL: 'ftp://hunter2.example.com',
    REELAY_SECRET: 'hunter2',
    REELAY_OPERATOR_TOKEN: 'hunter2',
    ARK_API_KEY: 'hunter2\nhunter2',
    ARK_BASE_URL: 'hunter2.example.com',
    REELAY_STORAGE: 's3',
    REELAY_DRAFT_MARK: 'yes',
    REELAY_RENDER_JOBS: '1.5',
    REELAY_SIGN_UP: 'verified',
    REELAY_RESULT_DAY: '3',
  });
  for (const sentence of [
    'PORT must be a whole number from 0 to 65535',
    'LOG_LEVEL must be one of silent, fatal, error, warn, info, debug, trace',
    'PUBLIC_URL must be an http:// or https:// address without query, fragment or blanks',
    'REELAY_SECRET must have 32 characters or more',
    'REELAY_OPERATOR_TOKEN must have 32 characters or more',
    'ARK_API_KEY must be printable ASCII in one line',
    'ARK_BASE_URL must be an http:// or https:// address without user, query, fragment or blanks',
    'REELAY_S3_BUCKET is needed when REELAY_STORAGE is s3',
    'REELAY_S3_ACCESS_KEY_ID is needed when REELAY_STORAGE is s3',
    'REELAY_S3_SECRET_ACCESS_KEY is needed when REELAY_STORAGE is s3',
    'REELAY_DRAFT_MARK must be true or false',
    'REELAY_RENDER_JOBS must be a whole number from 1 to 16',
    'REELAY_SMTP_URL is needed when REELAY_SIGN_UP is verified',
    'REELAY_RESULT_DAY is not a setting of Reelay',
  ]) {
    expect(message).toContain(sentence);
  }
  expect(message).not.toMatch(/hunter2|70000|loud/);
});

it('leaves the settings of other programs alone', () => {
  expect(problemsOf({ PATH: '/bin', HOME: '/', NODE_OPTIONS: '', REELAYX: '1' })).toBe('');
});

describe('a number', () => {
  it.each(['', ' ', '1e9', 'x', '-1', '0x50', '80 80', 'NaN', 'Infinity'])(
    'PORT=%j is a port or a problem',
    (text) => {
      const problem = problemsOf({ PORT: text });
      if (text === '' || text === '0x50') expect(problem).toBe('');
      else expect(problem).toContain('PORT must be a whole number');
    },
  );

  it.each([
    ['REELAY_RESULT_DAYS', '0.5', { resultDays: 0.5 }],
    ['REELAY_UPLOAD_MIB_MAX', '1', { uploadBytesMax: 1024 * 1024 }],
    ['REELAY_TASK_MINUTES_MAX', '0.05', { taskMinutesMax: 0.05 }],
    ['PORT', '0', { port: 0 }],
    ['REELAY_RENDER_THREADS', '2', { renderThreads: 2 }],
  ])('%s=%s is read as it is', (name, text, expected) => {
    expect(readConfig({ [name]: text })).toMatchObject(expected);
  });
});

it('reads lists, and removes the slash at the end of the public address', () => {
  const config = readConfig({
    REELAY_TRUST_PROXY: ' 10.0.0.1, ,10.0.0.2',
    PUBLIC_URL: 'https://api.example.com//',
  });
  expect(config.trustProxy).toEqual(['10.0.0.1', '10.0.0.2']);
  expect(config.publicUrl).toBe('https://api.example.com');
});

it('reads the bucket', () => {
  const config = readConfig({
    REELAY_STORAGE: 's3',
    REELAY_S3_BUCKET: 'b',
    REELAY_S3_ACCESS_KEY_ID: 'i',
    REELAY_S3_SECRET_ACCESS_KEY: 's',
    REELAY_S3_ENDPOINT: 'http://127.0.0.1:9000',
  });
  expect(storageOf(config)).toEqual({
    kind: 's3',
    s3: {
      endpoint: 'http://127.0.0.1:9000',
      region: 'us-east-1',
      bucket: 'b',
      accessKeyId: 'i',
      secretAccessKey: 's',
    },
  });
});

describe('the accounts of providers', () => {
  it('are read from the variables that the adapters name, and from no others', () => {
    const environment = {
      ARK_API_KEY: ' key\n',
      ARK_BASE_URL: 'https://ark.example.com',
      ARK_RECOVERY: '',
      ARK_UNKNOWN: 'x',
      OTHER_KEY: 'y',
    };
    expect(readConfig(environment).providerEnvironment).toEqual({
      ARK_API_KEY: ' key\n',
      ARK_BASE_URL: 'https://ark.example.com',
    });
    expect(readConfig({}).providerEnvironment).toEqual({});
  });

  it('have a setting for each of their fields, and secrets are secrets', () => {
    for (const field of [...providers.values()].flatMap(({ facts }) => facts.credential)) {
      const { kind, fallback } = PROVIDER_SETTINGS[field.environment];
      expect([field.environment, kind === 'secret', fallback]).toEqual([
        field.environment,
        field.isSecret,
        field.fallback,
      ]);
      expect(field.environment in SETTINGS).toBe(false);
    }
  });
});

it('reads the token of operators, and where further models are', () => {
  const token = 'an-operator-token-for-this-test-alone';
  const config = readConfig({ REELAY_OPERATOR_TOKEN: token, REELAY_MODELS: 'more/models.json' });
  expect(config).toMatchObject({ operatorToken: token, modelsFile: resolve('more/models.json') });
  expect(readConfig({})).toMatchObject({ operatorToken: undefined, modelsFile: undefined });
  expect(problemsOf({ REELAY_OPERATOR_TOKEN: token.replaceAll('-', ' ') })).toContain('without blanks');
});

it('says of every setting what it is for', () => {
  for (const [name, { about }] of Object.entries({ ...SETTINGS, ...PROVIDER_SETTINGS })) {
    expect([name, about.length > 10 && !about.endsWith('.')]).toEqual([name, true]);
  }
});
