import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/json.ts';
import { Redaction } from './redaction.ts';

const KEY = 'sk-live-0123456789abcdef';
const KEPT = ['doubao-seedance-1-0-pro-250528', 'veo-3.1-fast-generate-preview', '{"w":1}'];

const open = () => new Redaction(KEPT, [KEY]);

describe('an answer', () => {
  it.each<[string, JsonObject]>([
    ['the key', { message: `the key ${KEY} is over its limit` }],
    ['the key in an address', { url: `https://a.example/v?token=${KEY}` }],
    ['a signed token', { note: 'eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJtZSJ9.c2lnbmF0dXJl' }],
    ['an e-mail address', { message: 'ask jane.doe+video@studio-47.example.org for more' }],
    ['the name of a person', { username: 'jane-doe', display_name: 'Jane Doe', company: 'Studio 47' }],
    ['an id of the account', { account_id: '2100345678', user: { id: 'usr_9f8e7d6c5b4a' } }],
    ['a number as an id', { account_id: 2_100_345_678 }],
    ['an id in a sentence', { message: 'Request id: 021718049470528d92fcbe0865fdffdde14e6d' }],
    ['a secret by its name', { webhook_secret: 'whsec_short', session_token: 'abc' }],
    ['a name that ends with an id of letters alone', { name: 'models/veo-3.1/operations/mvhrdhltxjnn' }],
    ['an address that ends with one', { uri: 'https://g.example/v1/files/mvhrdhltxjnn:download?alt=media' }],
    ['the machine of the caller', { message: 'too many requests from 203.0.113.77' }],
    ['a bucket of the account', { url: 'https://ark-acg-2100345678.tos.example.com/a.mp4' }],
    [
      'a signature',
      { url: 'https://cdn.example.com/a.mp4?X-Tos-Signature=9f8e7d6c5b4a&X-Tos-Expires=86400123' },
    ],
    ['an address inside of a text of JSON', { extra: '{"u":"https://c.example/v?sig=9f8e7d6c5b4a"}' }],
    ['a name of a member that is an id', { '0d4c1f50-9a7b-4c3d-8e2f-1a2b3c4d5e6f': { status: 'done' } }],
  ])('loses %s', (_name, json) => {
    const text = JSON.stringify(open().json(json));
    const own =
      /0123456789abcdef|eyJhb|jane|Jane|[Ss]tudio[- ]47|2100345678|9f8e7d6c5b4a|021718049470528|whsec_short|"abc"|mvhrdhltxjnn|203\.0|86400123|0d4c1f50/;
    expect(text).not.toMatch(own);
  });

  it('keeps a stub of a picture and of any long base64, in place of the bytes', () => {
    const bytes = Buffer.alloc(600, 'face').toString('base64');
    const clean = open().json({ image: `data:image/jpeg;base64,${bytes}`, raw: bytes });
    expect(clean).toEqual({ image: 'data:image/jpeg;base64,iVBORw0KGgo=', raw: 'iVBORw0KGgo=' });
  });

  it('keeps the words of the API: states, models, money, units, dates, short parts of addresses', () => {
    const json = {
      status: 'succeeded',
      model: 'doubao-seedance-1-0-pro-250528',
      name: 'models/veo-3.1-fast-generate-preview',
      created_at: 1_796_018_700,
      at: '2026-11-30T05:20:12.345Z',
      usage: { completion_tokens: 48_600 },
      error: { code: 'InvalidParameter.duration', message: 'The duration is not valid.' },
      url: 'https://cdn.example.com/out/a.mp4?alt=media',
    };
    expect(open().json(json)).toEqual(json);
  });

  it('gives the same value the same other one everywhere, of the same form, and each recording another', () => {
    const id = '17f20503-6c24-4c16-946b-35dbbce2af2f';
    const once = open();
    const clean = once.json({
      id,
      urls: { get: `https://a.example/tasks/${id}` },
      note: `task ${id} began`,
    }) as JsonObject;
    expect(clean.id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-9[\da-f]{3}-[\da-f]{12}$/);
    expect(clean.urls).toEqual({ get: `https://a.example/tasks/${clean.id}` });
    expect(clean.note).toBe(`task ${clean.id} began`);
    expect(once.json(clean)).toEqual(clean);
    expect(open().json({ id })).not.toEqual({ id: clean.id });
    expect(once.json({ task_id: 'cgt-20261130060429-jyzps' })).toMatchObject({
      task_id: expect.stringMatching(/^cgt-\d{14}-[a-z]{5}$/),
    });
  });

  it('keeps of the headers those that adapters read, without what is in them', () => {
    const headers = {
      'set-cookie': 'session=1',
      'x-request-id': '0123456789abcdef',
      'retry-after': '7',
      location: `https://cdn.example.com/a.mp4?key=${KEY}`,
    };
    expect(open().headers(headers)).toEqual({
      'retry-after': '7',
      location: 'https://cdn.example.com/a.mp4?key=redacted',
    });
  });

  it('hides the id of a job wherever it stands, whatever it looks like', () => {
    const redaction = open();
    redaction.hide({ name: 'jobs/qwertyuiop', kind: 'text2video' });
    const clean = JSON.stringify(redaction.json({ note: 'the job qwertyuiop began', name: 'qwertyuiop' }));
    expect(clean).not.toContain('qwertyuiop');
    expect(redaction.leaks('a text2video job qwertyuiop')).toEqual(['qwertyuiop']);
  });

  it('is asked in the end what is still there', () => {
    const redaction = open();
    redaction.json({ id: 'job-4711-4712-4713' });
    expect(redaction.leaks('a clean text of someone@example.com')).toEqual([]);
    expect(redaction.leaks(`job-4711-4712-4713 and ${KEY} of jane@studio.example`)).toHaveLength(3);
  });
});
