import { expect, it } from 'vitest';
import { formatGreeting } from './greeting.ts';

const FACTS = {
  address: 'http://127.0.0.1:3000',
  dataDir: '/data',
  isEmbedded: true,
  testKey: 'ak_test_1',
  setUp: undefined,
};

it('names the dashboard, the API, the key and the data, and a request that can be pasted', () => {
  const text = formatGreeting(FACTS);
  for (const part of [
    'Dashboard  http://127.0.0.1:3000\n',
    'http://127.0.0.1:3000/docs',
    'Test key   ak_test_1',
    "-H 'x-api-key: ak_test_1'",
    'Data       /data',
  ])
    expect(text).toContain(part);
  expect(text).not.toContain('Set up');
});

it('begins with the way to own the instance while nobody does', () => {
  const lines = formatGreeting({ ...FACTS, setUp: 'http://127.0.0.1:3000/setup#token' }).split('\n');
  const first = lines.findIndex((line) => line.includes('http'));
  expect(lines[first]).toContain('Set up     http://127.0.0.1:3000/setup#token');
});
