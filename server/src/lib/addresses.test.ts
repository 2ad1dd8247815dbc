import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkUrl, classifyAddress } from './addresses.ts';

const strict = { allowLoopback: false };
const local = { allowLoopback: true };

function reasonOf(url: string, policy = strict): string | null {
  const check = checkUrl(url, policy);
  return check.ok ? null : check.reason;
}

describe('classifyAddress', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '93.184.215.14',
    '2606:4700:4700::1111',
    '2a00:1450:4001::',
    '::ffff:8.8.8.8',
  ])('calls %s public', (address) => {
    expect(classifyAddress(address)).toBe('public');
  });

  it.each(['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1', '0:0:0:0:0:ffff:7f00:1'])(
    'calls %s loopback',
    (address) => {
      expect(classifyAddress(address)).toBe('loopback');
    },
  );

  it.each([
    ['unspecified', ['0.0.0.0', '0.1.2.3', '::', '::ffff:0.0.0.0']],
    [
      'private',
      ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '::ffff:10.0.0.1', 'fc00::1', 'fd00::2'],
    ],
    ['link-local', ['169.254.169.254', '169.254.0.1', 'fe80::1', 'febf::1', '::ffff:169.254.169.254']],
    ['carrier-grade NAT', ['100.64.0.1', '100.100.100.200', '100.127.255.255']],
    ['multicast and broadcast', ['224.0.0.1', '239.255.255.250', 'ff02::1', '255.255.255.255', '240.0.0.1']],
    [
      'documentation and benchmarks',
      ['192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1', '2001:db8::1', '3fff::1', '2001:2::1'],
    ],
    [
      'tunnels and translators',
      [
        '2002:7f00:1::',
        '2001:0:7f00:1::',
        '64:ff9b::7f00:1',
        '64:ff9b:1::a00:1',
        '192.88.99.1',
        '::ffff:0:127.0.0.1',
        '2606:4700::5efe:a00:1',
        '2606:4700::200:5efe:a00:1',
      ],
    ],
    [
      'outside the global block',
      ['::127.0.0.1', '::8.8.8.8', 'fec0::1', '100::1', '100:0:0:1::1', '4000::1', '5f00::1', '1fff::1'],
    ],
    [
      'special purpose',
      [
        '192.0.0.1',
        '192.0.0.192',
        '168.63.129.16',
        '192.31.196.1',
        '192.52.193.1',
        '2001:20::1',
        '2620:4f:8000::1',
      ],
    ],
    [
      'not an address',
      [
        '',
        'localhost',
        '127.1',
        '0177.0.0.1',
        '0x7f000001',
        '2130706433',
        'fe80::1%eth0',
        '1.2.3.4 ',
        '::ffff:127.0.0.1%1',
      ],
    ],
  ])('calls every %s form internal', (_kind, addresses) => {
    for (const address of addresses)
      expect([address, classifyAddress(address)]).toEqual([address, 'internal']);
  });

  it('gives every IPv4 address and its mapped form the same scope', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(classifyAddress(`::ffff:${address}`)).toBe(classifyAddress(address));
      }),
    );
  });
});

describe('checkUrl', () => {
  it.each([
    ['https://example.com/a.png', 'https://example.com/a.png'],
    ['HTTPS://EXAMPLE.com:443/a#part', 'https://example.com/a'],
    ['http://example.com:8080/', 'http://example.com:8080/'],
    ['https://example.com./x', 'https://example.com/x'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
    ['http://8.8.8.8/', 'http://8.8.8.8/'],
    ['http://[2606:4700:4700::1111]/', 'http://[2606:4700:4700::1111]/'],
  ])('accepts %s and normalises it', (text, normalised) => {
    const check = checkUrl(text, strict);
    expect(check.ok && check.url.href).toBe(normalised);
  });

  it.each([
    ['ftp://example.com/', 'it must begin with http:// or https:// and a host'],
    ['file:///etc/passwd', 'it must begin with http:// or https:// and a host'],
    ['//example.com/', 'it must begin with http:// or https:// and a host'],
    ['http:/example.com/', 'it must begin with http:// or https:// and a host'],
    ['https:///example.com/', 'it must begin with http:// or https:// and a host'],
    ['', 'it must begin with http:// or https:// and a host'],
    ['http://exa mple.com/', 'it has a space, a control character or a backslash in it'],
    ['http://example.com\\@evil.example/', 'it has a space, a control character or a backslash in it'],
    ['http://exam\tple.com/', 'it has a space, a control character or a backslash in it'],
    ['http://user@example.com/', 'it carries a user name or password'],
    ['http://:secret@example.com/', 'it carries a user name or password'],
    ['http://example.com:22/', 'its port is not allowed (80, 443 and 1024 to 65535 are)'],
    ['http://example.com:0/', 'its port is not allowed (80, 443 and 1024 to 65535 are)'],
    ['http://example.com:99999/', 'it is not a valid address'],
    ['http://[fe80::1%25eth0]/', 'it is not a valid address'],
    ['http://intranet/', 'its host name has no domain'],
    ['http://example.com../', 'its host name has an empty part'],
    ['http://.example.com/', 'its host name has an empty part'],
    ['http://localhost/', 'it leads to this machine'],
    ['http://api.LOCALHOST./', 'it leads to this machine'],
    ['http://127.0.0.1/', 'it leads to this machine'],
    ['http://10.0.0.1/', 'it leads to a private or reserved network'],
    [`http://example.com/${'a'.repeat(2048)}`, 'it is longer than 2048 characters'],
  ])('refuses %s with a reason', (text, reason) => {
    expect(reasonOf(text)).toBe(reason);
  });

  it('allows this machine, and nothing else inside, where the policy says so', () => {
    for (const url of ['http://localhost:8787/', 'http://127.0.0.1:9000/', 'http://[::1]:9000/']) {
      expect(reasonOf(url, local)).toBeNull();
    }
    for (const url of [
      'http://0.0.0.0:9000/',
      'http://10.0.0.1/',
      'http://169.254.169.254/',
      'http://[fd00::2]/',
    ]) {
      expect(reasonOf(url, local)).toBe('it leads to a private or reserved network');
    }
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((text) => `http://${text}`),
        ),
        (text) => {
          expect(typeof checkUrl(text, strict).ok).toBe('boolean');
        },
      ),
    );
  });
});
