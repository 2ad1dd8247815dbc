import { describe, expect, it } from 'vitest';
import { OperatorError } from '../errors.ts';
import { ark } from '../providers/ark/ark.ts';
import { checkFields, fillFields, fingerprintOf, hintOfFields, hostOfFields } from './fields.ts';
import { ARK_KEY, either, engine, OTHER_ARK_KEY, open, pair, ways } from './testing.ts';

function faultOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(OperatorError);
    return (error as Error).message;
  }
  return '';
}

describe('fields', () => {
  it('lose the blanks that copying leaves, and are missing when they are empty', () => {
    expect(checkFields(ark, { api_key: ` ${ARK_KEY}\n`, base_url: ' ', recovery: undefined })).toEqual({
      api_key: ARK_KEY,
    });
  });

  it('that are unknown, missing or wrong are named in one message, with what they are for and without a value', () => {
    const message = faultOf(() =>
      checkFields(pair, { secret_key: 'zwei\nZeilen', key: 'x', base_url: 'ftp://zwei' }),
    );
    expect(message).toBe(
      [
        'pair has no field "key", only access_key, secret_key, base_url',
        'secret_key must be printable ASCII in one line',
        'base_url must be an http:// or https:// address without user, query, fragment or blanks',
        'access_key is missing: access key of the pair',
      ].join('; '),
    );
  });

  it.each([
    'https://user:word@host/api',
    'https://host/api?key=1',
    'https://host/a b',
    'host/api',
    'https://',
    '//host',
  ])('take no %j for an address', (address) => {
    expect(faultOf(() => checkFields(open, { base_url: address }))).toContain('base_url must be an http');
  });

  it.each(['ключ-0123456789', 'sk-…0123456789', 'a\u0000b', 'x'.repeat(16_385)])(
    'take nothing for a secret that no header can carry',
    (secret) => {
      expect(faultOf(() => checkFields(ark, { api_key: secret }))).toMatch(/^api_key must /);
    },
  );

  it('of which one is enough are not both required', () => {
    const address = { base_url: 'https://either.example.com' };
    expect(checkFields(either, { new_key: 'k', ...address })).toEqual({ new_key: 'k', ...address });
    expect(faultOf(() => checkFields(either, address))).toBe('one of old_key, new_key is needed for either');
    expect(checkFields(engine, address)).toEqual(address);
  });

  it('E1: of two ways to sign on require all fields of one', () => {
    for (const given of [{ api_key: 'k' }, { access_key: 'a', secret_key: 's' }]) {
      expect(checkFields(ways, given)).toEqual(given);
    }
    expect(faultOf(() => checkFields(ways, { hook_secret: 'h' }))).toBe(
      'api_key, or access_key and secret_key is needed for ways',
    );
    expect(faultOf(() => checkFields(ways, { secret_key: 's' }))).toBe('access_key is missing: one half');
  });

  it('fall back on what the provider says', () => {
    expect(fillFields(ark, { api_key: 'k' })).toEqual({
      api_key: 'k',
      base_url: 'https://ark.cn-beijing.volces.com/api/v3',
      recovery: 'safety_identifier',
    });
  });
});

const HOOK_SECRET = [
  { name: 'hook_secret', environment: 'H', about: 'proves callbacks', isSecret: true, fallback: '' },
];

describe('the fingerprint', () => {
  const print = (values: Record<string, string>, provider = pair, key = 'one server') =>
    fingerprintOf(key, provider, values).toString('hex');
  const values = { access_key: 'access', secret_key: 'secret' };

  it('E1: depends on the way that is used, so that an account with a pair stays the same one', () => {
    const ofPair = print(values, { ...ways, id: 'pair' });
    expect(ofPair).toBe(print(values));
    expect(print({ ...values, hook_secret: 'h' }, { ...ways, id: 'pair' })).toBe(ofPair);
    expect(print({ ...values, api_key: 'k' }, ways)).toBe(print({ api_key: 'k' }, ways));
    expect(print(values, ways)).not.toBe(print({ api_key: 'k' }, ways));
    expect(hintOfFields(ways, { ...values, api_key: 'key-0123456789' })).toBe('…6789');
  });

  it('of a hosted provider is that of its keys, so that another address is the same account', () => {
    expect(print({ ...values, base_url: 'https://elsewhere.example.com' })).toBe(print(values));
    expect(print({ ...values, access_key: 'other' })).not.toBe(print(values));
    expect(print({ ...values, secret_key: 'other' })).not.toBe(print(values));
  });

  it('knows which secret is which', () => {
    expect(print({ access_key: 'ab', secret_key: 'c' })).not.toBe(
      print({ access_key: 'a', secret_key: 'bc' }),
    );
    expect(print({ access_key: 'secret', secret_key: 'access' })).not.toBe(print(values));
  });

  it('differs at another server and at another provider', () => {
    expect(print(values, pair, 'another server')).not.toBe(print(values));
    expect(print({ api_key: 'a' }, ark)).not.toBe(print({ api_key: 'a' }, { ...ark, id: 'other' }));
  });

  it.each([open, engine])(
    'of a server of the operator’s own counts its address, also under one key',
    (provider) => {
      const one = print({ base_url: 'http://one.example.com', api_key: 'k' }, provider);
      expect(print({ base_url: 'http://two.example.com', api_key: 'k' }, provider)).not.toBe(one);
    },
  );

  it('counts optional secrets only where no required field is one', () => {
    const withHook = {
      ...pair,
      facts: { ...pair.facts, credential: [...pair.facts.credential, ...HOOK_SECRET] },
    };
    expect(print({ ...values, hook_secret: 'one' }, withHook)).toBe(print({ ...values }, withHook));
    expect(print({ new_key: 'one' }, either)).not.toBe(print({ new_key: 'two' }, either));
    expect(print({ new_key: 'one' }, either)).not.toBe(print({ old_key: 'one' }, either));
  });
});

describe('the hint', () => {
  it('is the end of the main secret, and of a short one the host', () => {
    expect(hintOfFields(ark, { api_key: ARK_KEY })).toBe('…abcd');
    expect(hintOfFields(ark, { api_key: 'elevenchars' })).toBe('ark.cn-beijing.volces.com');
    expect(hintOfFields(pair, { access_key: OTHER_ARK_KEY, secret_key: ARK_KEY })).toBe('…wxyz');
    expect(hintOfFields(either, { new_key: ARK_KEY })).toBe('…abcd');
    expect(hintOfFields(open, { base_url: 'http://10.0.0.7:8188/api' })).toBe('10.0.0.7:8188');
  });

  it('never shows more than the host of an address', () => {
    expect(hostOfFields(ark, { base_url: 'https://ark.example.com/secret-path' })).toBe('ark.example.com');
  });
});
