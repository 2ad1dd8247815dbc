// Models and maintenance over HTTP, and that the commands print the same.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { GOOD_BODY } from '../../http/testing.ts';
import type { JsonObject } from '../../lib/json.ts';
import { createOperatorApi } from './testing.ts';

const MODEL = 'reelay/draft-t2v';
const PATH = `/models/${MODEL}`;
const api = await createOperatorApi();
const shipped = { enabled: true, maintenance: false, open_tasks_max: null };

afterEach(() => api.operate('PATCH', PATH, { ...shipped, flat_price: null }));

/** What a create of the model is answered. */
async function tryCreate(): Promise<number> {
  return (await api.create(await api.openAccount())).status;
}

describe('the list of models', () => {
  it('comes in pages that lead on to each other, in the order of the catalogue', async () => {
    const names: unknown[] = [];
    for (let after: unknown = ''; after !== null; ) {
      const { items, body } = await api.operate(
        'GET',
        `/models?limit=20&after=${encodeURIComponent(String(after))}`,
      );
      names.push(...items.map(({ model }) => model));
      after = body.next;
    }
    expect(names).toEqual(api.core.catalog.models.map(({ model }) => model));
  });

  it('finds by a part of the name or of a provider on all pages, in any case, and so does the command', async () => {
    const named = api.core.catalog.models.map(({ model }) => model).filter((name) => name.includes('draft-'));
    const { items } = await api.operate('GET', '/models?q=Draft-');
    expect(items.map(({ model }) => model)).toEqual(named);
    const { items: offered } = await api.operate('GET', '/models?q=runway&limit=200');
    expect(offered.map(({ model }) => model)).toContain('runway/gen4-5-t2v');
    expect((await api.operate('GET', '/models?q=nothing-of-this')).items).toEqual([]);
    const { items: printed } = (await api.runCommand('models', 'list', '--q', 'Draft-')) as {
      items: JsonObject[];
    };
    expect(printed.map(({ model }) => model)).toEqual(named);
  });

  it('refuses a page that begins nowhere', async () => {
    expect((await api.operate('GET', '/models?after=none')).refusal).toEqual([
      422,
      'validation_failed',
      ['after: is not in the list any more'],
    ]);
  });
});

describe('a model', () => {
  it('has its offers in the order in which they are tried, with what the provider takes and since when', async () => {
    const { body } = await api.operate('GET', '/models/bytedance/seedance1-0-pro-t2v');
    expect(body).toMatchObject({ ...shipped, model: 'bytedance/seedance1-0-pro-t2v', modality: 'video' });
    expect(body.price).toEqual(body.shipped_price);
    const offers = body.offers as JsonObject[];
    expect(offers.map(({ order }) => order)).toEqual(offers.map((_, at) => at));
    expect(offers[0]).toMatchObject({ provider: 'ark', weight: 1 });
    expect(offers[0].cost).toMatchObject({
      usd: expect.any(Number),
      date: expect.stringMatching(/^2\d{3}-/),
    });
  });

  it('is found with its slash escaped too', async () => {
    expect((await api.operate('GET', `/models/${encodeURIComponent(MODEL)}`)).body.model).toBe(MODEL);
  });

  it('that does not exist is 404, whatever is asked of it', async () => {
    const refusal = [404, 'model_not_found', 'There is no model "reelay/none"'];
    expect((await api.operate('GET', '/models/reelay/none')).refusal).toEqual(refusal);
    expect((await api.operate('PATCH', '/models/reelay/none', { wrong: 1 })).refusal).toEqual(refusal);
  });
});

describe('a change of a model', () => {
  it('switches it off, under maintenance and on, and keeps what is not named', async () => {
    expect((await api.operate('PATCH', PATH, { enabled: false, open_tasks_max: 7 })).body).toMatchObject({
      ...shipped,
      enabled: false,
      open_tasks_max: 7,
    });
    expect(await tryCreate()).toBe(505);
    const changed = await api.operate('PATCH', PATH, { enabled: true, maintenance: true });
    expect(changed.body).toMatchObject({ enabled: true, maintenance: true, open_tasks_max: 7 });
    expect((await api.operate('GET', PATH)).body).toEqual(changed.body);
    expect(await tryCreate()).toBe(455);
    const back = await api.operate('PATCH', PATH, { maintenance: false, open_tasks_max: null });
    expect(back.body).toMatchObject(shipped);
    expect(await tryCreate()).toBe(200);
  });

  it('sets a flat price to the millionth, which the next create is held at, and restores the shipped one', async () => {
    const { body } = await api.operate('PATCH', PATH, { flat_price: 2.000001 });
    expect(body.price).toEqual({
      kind: 'flat',
      credits: 2.000001,
      version: expect.stringMatching(/^set 2\d{3}-/),
    });
    const caller = await api.openAccount();
    await api.create(caller);
    const balance = await api.call({ path: '/api/v1/client/account/balance', key: caller.key });
    expect(balance.data).toEqual({ balance: 997.999999, held: 2.000001 });
    const restored = await api.operate('PATCH', PATH, { flat_price: null });
    expect(restored.body.price).toEqual(body.shipped_price);
  });

  it.each([
    [{ flat_price: -1 }, ['flat_price: must be a number from 0 to 1000000000']],
    [{ flat_price: '2' }, ['flat_price: must be a number from 0 to 1000000000']],
    [{ flat_price: 0.0000001 }, ['flat_price: must have at most six decimals']],
    [
      { enabled: 'no', open_tasks_max: 0, price: 3 },
      [
        'enabled: must be of type boolean',
        'open_tasks_max: must be a whole number from 1 to 9999999',
        expect.stringMatching(/^price: is not known here/),
      ],
    ],
    [{}, ['body: names nothing to change']],
    [[], ['body: must be a JSON object']],
  ])('refuses %j with a sentence for each fault, and changes nothing', async (body, faults) => {
    const before = await api.operate('GET', PATH);
    expect((await api.operate('PATCH', PATH, body)).refusal).toEqual([422, 'validation_failed', faults]);
    expect((await api.operate('GET', PATH)).body).toEqual(before.body);
  });
});

describe('a price with a date', () => {
  const nowMs = Math.floor(Date.now() / 1000) * 1000;
  const tomorrow = nowMs / 1000 + 86_400;
  /** Sets the wall clock; timers go on. */
  const setClock = (seconds: number) => vi.useFakeTimers({ toFake: ['Date'], now: seconds * 1000 });
  afterEach(() => vi.useRealTimers());
  const balanceOf = async ({ key }: { key: string }) =>
    (await api.call({ path: '/api/v1/client/account/balance', key })).data;
  const held = async () => {
    const caller = await api.openAccount();
    await api.create(caller);
    return (await balanceOf(caller)).held;
  };

  it('is shown ahead, quoted and held from its moment on, and leaves what was held before', async () => {
    const usual = await held();
    const set = await api.operate('PATCH', PATH, { flat_price: 3.5, price_from: tomorrow });
    const next = { starts_at: tomorrow, price: { kind: 'flat', credits: 3.5, version: expect.any(String) } };
    expect(set.body).toMatchObject({ price: set.body.shipped_price, price_since: null, next_prices: [next] });
    expect(await held()).toBe(usual);
    setClock(tomorrow - 1);
    expect(await held()).toBe(usual);
    setClock(tomorrow);
    expect(await held()).toBe(3.5);
    const caller = await api.openAccount();
    const quoted = await api.call({
      method: 'POST',
      path: '/api/v1/client/job/EstimateTask',
      key: caller.key,
      body: GOOD_BODY,
    });
    expect(quoted.data).toMatchObject({ estimated_credits: 3.5 });
    expect((await api.operate('GET', PATH)).body).toMatchObject({
      price: next.price,
      price_since: tomorrow,
      next_prices: [],
    });
    await api.operate('PATCH', PATH, { flat_price: null });
    expect(await held()).toBe(usual);
    vi.useRealTimers();
    await api.operate('PATCH', PATH, { withdraw_price_from: tomorrow });
  });

  it('is charged for the tasks of its days, and those of the days before end at the price before', async () => {
    await api.operate('PATCH', PATH, { flat_price: 2 });
    await api.operate('PATCH', PATH, { flat_price: 3.5, price_from: tomorrow });
    const caller = await api.openAccount({ credits: '100' });
    const today = String((await api.create(caller)).data.task_id);
    setClock(tomorrow);
    const next = String((await api.create(caller)).data.task_id);
    expect(await balanceOf(caller)).toEqual({ balance: 94.5, held: 5.5 });
    await api.endTask(today);
    expect(await balanceOf(caller)).toEqual({ balance: 94.5, held: 3.5 });
    await api.endTask(next);
    expect(await balanceOf(caller)).toEqual({ balance: 94.5, held: 0 });
    vi.useRealTimers();
    await api.operate('PATCH', PATH, { withdraw_price_from: tomorrow });
  });

  it('is withdrawn before it begins, and not after', async () => {
    await api.operate('PATCH', PATH, { flat_price: 9, price_from: tomorrow });
    const withdraw = () => api.operate('PATCH', PATH, { withdraw_price_from: tomorrow });
    expect((await withdraw()).body).toMatchObject({ next_prices: [] });
    expect((await withdraw()).refusal).toEqual([
      409,
      'conflict',
      'withdraw_price_from: no price is to begin then',
    ]);
  });

  it.each<[JsonObject, string]>([
    [
      { flat_price: 1, price_from: 1_000 },
      'price_from: must not be in the past: what was quoted stays as it was',
    ],
    [{ price_from: tomorrow }, 'price_from: belongs to a price, and the body has none'],
    [
      { price_per_second: { '480p': 1 } },
      'price_per_second: this model has no price per second; set flat_price',
    ],
  ])('that cannot be is refused: %j', async (body, fault) => {
    const { refusal } = await api.operate('PATCH', PATH, body);
    expect([refusal[0], (refusal[2] as string[])[0]]).toEqual([422, fault]);
  });

  it('may be one of a second, for each resolution of the shipped one', async () => {
    const priced = api.core.catalog.models.find(({ price }) => price.kind === 'per_second');
    const path = `/models/${priced?.model}`;
    const credits = Object.fromEntries(
      Object.keys((priced?.price.credits ?? {}) as object).map((name) => [name, 0.25]),
    );
    const changed = await api.operate('PATCH', path, { price_per_second: credits });
    expect(changed.body.price).toMatchObject({ kind: 'per_second', credits });
    const { refusal } = await api.operate('PATCH', path, { price_per_second: { none: 1 } });
    expect(refusal[2]).toContain('price_per_second.none: is not known here');
    await api.operate('PATCH', path, { flat_price: null });
  });
});

describe('the offers of a model', () => {
  const LIVE = '/models/vidu/q2-t2v';

  it('are put in another order, weighed and turned off, and the next round of choices follows', async () => {
    const { body } = await api.operate('GET', LIVE);
    const [first] = body.offers as JsonObject[];
    const id = String(first.id);
    const changed = await api.operate('PATCH', LIVE, { offers: [{ id, order: 7, weight: 3 }] });
    expect((changed.body.offers as JsonObject[])[0]).toEqual({ ...first, order: 7, weight: 3 });
    const offered = async () => (await api.core.market.open()).offersOf('vidu/q2-t2v', 'live');
    expect((await offered())[0]).toMatchObject({ id, order: 7, weight: 3 });
    await api.operate('PATCH', LIVE, { offers: [{ id, enabled: false }] });
    expect((await offered()).map((offer) => offer.id)).not.toContain(id);
    await api.operate('PATCH', LIVE, { offers: [{ id, enabled: true }] });
    expect((await offered())[0]).toMatchObject({ id, order: 7, weight: 3 });
  });

  it('that it does not have are refused', async () => {
    const { refusal } = await api.operate('PATCH', LIVE, { offers: [{ id: 'none', order: 1 }] });
    expect([refusal[0], String(refusal[2])]).toEqual([
      422,
      expect.stringContaining('there is no offer none'),
    ]);
  });
});

describe('maintenance', () => {
  it('gives clients the words of the operator, and the usual ones without', async () => {
    const refuse = async (body: JsonObject) => {
      await api.operate('PUT', '/maintenance', body);
      const { text } = await api.create(await api.openAccount());
      await api.operate('PUT', '/maintenance', { maintenance: false });
      return text;
    };
    expect(await refuse({ maintenance: true, text: 'Back at noon UTC' })).toContain('Back at noon UTC');
    expect(await refuse({ maintenance: true })).toContain('Service under maintenance, try again later');
  });

  it('refuses creates of every model until it ends', async () => {
    expect((await api.operate('PUT', '/maintenance', { maintenance: true })).body).toEqual({
      maintenance: true,
      text: null,
    });
    expect((await api.operate('GET', '/maintenance')).body).toEqual({ maintenance: true, text: null });
    expect(await tryCreate()).toBe(455);
    await api.operate('PUT', '/maintenance', { maintenance: false });
    expect(await tryCreate()).toBe(200);
  });

  it('takes nothing but a boolean', async () => {
    const bodies: JsonObject[] = [{}, { maintenance: 'on' }, { maintenance: null }];
    for (const body of bodies) {
      expect((await api.operate('PUT', '/maintenance', body)).refusal).toEqual([
        422,
        'validation_failed',
        ['maintenance: is required and must be of type boolean'],
      ]);
    }
  });
});

describe('the commands', () => {
  it('print what the routes answer', async () => {
    const listed = await api.runCommand('models', 'list', '--limit', '3', '--after', MODEL);
    const path = `/models?limit=3&after=${encodeURIComponent(MODEL)}`;
    expect(listed).toEqual((await api.operate('GET', path)).body);
    const priced = await api.runCommand('models', 'price', MODEL, '2.5');
    await expect.poll(async () => (await api.operate('GET', PATH)).body).toEqual(priced);
    const seedance = 'bytedance/seedance1-0-pro-t2v';
    const seconds = ['480p=1', '720p=2', '1080p=3'].flatMap((pair) => ['--per-second', pair]);
    await api.runCommand('models', 'price', seedance, ...seconds);
    const offered = await api.runCommand('models', 'offer', seedance, 'ark', '--order', '4', '--disable');
    expect(offered).toMatchObject({
      price: { kind: 'per_second', credits: { '480p': 1, '720p': 2, '1080p': 3 } },
    });
    await expect.poll(async () => (await api.operate('GET', `/models/${seedance}`)).body).toEqual(offered);
    expect(offered).toMatchObject({
      offers: expect.arrayContaining([expect.objectContaining({ id: 'ark', order: 4, enabled: false })]),
    });
    const on = await api.runCommand('maintenance', 'on');
    await expect.poll(async () => (await api.operate('GET', '/maintenance')).body).toEqual(on);
    await api.operate('PUT', '/maintenance', { maintenance: false });
  });
});
