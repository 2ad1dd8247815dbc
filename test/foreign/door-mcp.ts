// The official client of the Model Context Protocol at the door for agents and at the package for one machine, in both eras of
// the protocol: what an agent may do, and above all what it may not spend.
import { expect } from 'vitest';
import { MICROS_PER_CREDIT } from '../../server/src/lib/money.ts';
import { startCuttingProxy } from './cutting-proxy.ts';
import type { DoorClient } from './door-clients.ts';
import {
  call,
  connect,
  connectByStdio,
  countTasks,
  ERAS,
  MODEL,
  openBounded,
  order,
  PROMPT,
  postRaw,
  read,
} from './door-mcp-client.ts';
import { mcpTaskSteps } from './door-mcp-tasks.ts';

export const mcpAtDoor: DoorClient = {
  client: '@modelcontextprotocol/client',
  door: 'MCP, at `/mcp` and by `@reelay/mcp`',
  pointedBy: 'the address and an `Authorization` header; the environment for stdio',
  steps: {
    'listTools and every tool that reads, in both eras': async (tools) => {
      for (const era of ERAS) {
        const client = await connect(tools, { era });
        const { tools: listed } = await client.listTools();
        expect(listed.map(({ name }) => name).sort()).toEqual([
          'cancel_task',
          'create_task',
          'describe_model',
          'get_balance',
          'get_task',
          'list_models',
          'list_tasks',
          'list_templates',
          'quote',
        ]);
        const text = JSON.stringify((await call(client, 'list_models', { modality: 'video' })).content);
        expect(text).toContain(MODEL);
        expect(JSON.stringify(await call(client, 'describe_model', { model: MODEL }))).toContain(
          'input_schema',
        );
        expect((await call(client, 'list_templates', { limit: 3 })).isError).toBeFalsy();
        expect((await call(client, 'list_tasks')).isError).toBeFalsy();
        expect((await call(client, 'get_balance')).structuredContent).toMatchObject({ mode: 'test' });
        await client.close();
      }
    },
    'callTool from a quote to the file: the wait has progress, the file is a link': async (tools) => {
      for (const era of ERAS) {
        const client = await connect(tools, { era });
        const { quote_id } = read(await call(client, 'quote', { model: MODEL, input: { prompt: PROMPT } }));
        const made = read(await call(client, 'create_task', order(`${era}-quoted`, { quote_id })));
        expect(made.status).toBe('pending');
        const again = read(await call(client, 'create_task', order(`${era}-another`, { quote_id })));
        expect(again.task_id).toBe(made.task_id);
        const seen: number[] = [];
        const waiting = client.callTool(
          { name: 'get_task', arguments: { task_id: made.task_id, wait_s: 30 } },
          {
            onprogress: ({ progress }) => {
              if (seen.push(progress) === 1) void tools.stage.end(made.task_id);
            },
          },
        );
        const ended = await waiting;
        expect(seen.length).toBeGreaterThan(0);
        expect(read(ended)).toMatchObject({ status: 'success', files: [{ type: 'video/mp4' }] });
        const [link] = ended.content as { type: string; uri: string; mimeType: string }[];
        expect(link).toMatchObject({ type: 'resource_link', mimeType: 'video/mp4' });
        expect((await fetch(link.uri)).status).toBe(200);
        await client.close();
      }
    },
    'a create without max_credits or idempotency_key, above the limit, with a quote that is forged, old or for something else':
      async (tools) => {
        const own = await openBounded(tools, {});
        const client = await connect(own);
        for (const left of ['max_credits', 'idempotency_key'])
          expect(
            (await call(client, 'create_task', order('no-limit-1', { [left]: undefined }))).isError,
          ).toBe(true);
        const dear = await call(client, 'create_task', order('too-dear-1', { max_credits: 1 }));
        expect([dear.isError, read(dear).error.code, read(dear).error.charged]).toEqual([
          true,
          'price_above_limit',
          false,
        ]);
        const { quote_id: id } = read(
          await call(client, 'quote', { model: MODEL, input: { prompt: PROMPT } }),
        );
        const other = read(
          await call(await connect(tools), 'quote', { model: MODEL, input: { prompt: PROMPT } }),
        );
        const wrong = [
          { quote_id: id, input: { prompt: 'another' } },
          { quote_id: `${id.slice(0, -43)}${'A'.repeat(43)}` },
          { quote_id: 'q_none' },
          { quote_id: other.quote_id },
        ];
        for (const more of wrong)
          expect(read(await call(client, 'create_task', order('forged-1', more))).error.code).toBe(
            'quote_refused',
          );
        expect(await countTasks(own)).toBe(0);
        await client.close();
      },
    'the caps of a key hold, whatever is repeated': async (tools) => {
      const asking = await connect(tools);
      const asked = { model: MODEL, input: { prompt: PROMPT } };
      const price = BigInt(read(await call(asking, 'quote', asked)).credits) * MICROS_PER_CREDIT;
      const creditsTotalMax = 2n * price + 1n;
      const own = await openBounded(tools, { creditsTotalMax });
      const client = await connect(own);
      const codes: string[] = [];
      for (let number = 0; number < 6; number++) {
        const answer = await call(client, 'create_task', order(`capped-${number}`));
        codes.push(answer.isError ? read(answer).error.code : 'made');
      }
      const refused = 'key_total_limit_reached';
      expect(codes).toEqual(['made', 'made', refused, refused, refused, refused]);
      const { held } = await own.stage.core.credits.balance(own.accountId, 'test');
      expect(held).toBe(2n * price);
      await client.close();
    },
    'cancel_task gives the credits back': async (tools) => {
      const own = await openBounded(tools, {});
      const client = await connect(own);
      const { task_id } = read(await call(client, 'create_task', order('cancelled-1')));
      expect(read(await call(client, 'cancel_task', { task_id }))).toMatchObject({
        status: 'failed',
        credits: 0,
      });
      expect(read(await call(client, 'cancel_task', { task_id })).error.code).toBe('not_cancellable');
      await client.close();
    },
    'elicitation above the threshold of the key: agreed, refused, and a client that cannot ask': async (
      tools,
    ) => {
      const own = await openBounded(tools, { agentsConfirmAbove: MICROS_PER_CREDIT });
      const asked: string[] = [];
      const approve = (answer: boolean) => (message: string) => {
        asked.push(message);
        return answer;
      };
      const refusing = await connect(own, { approve: approve(false) });
      expect(read(await call(refusing, 'create_task', order('declined-1'))).error.code).toBe('not_approved');
      for (const era of ERAS) {
        const silent = await connect(own, { era });
        expect(read(await call(silent, 'create_task', order('silent-1'))).error.code).toBe('approval_needed');
        await silent.close();
      }
      expect(await countTasks(own)).toBe(0);
      const agreeing = await connect(own, { approve: approve(true) });
      expect(read(await call(agreeing, 'create_task', order('agreed-1'))).status).toBe('pending');
      expect([await countTasks(own), asked.length]).toEqual([1, 2]);
      expect(asked[1]).toMatch(/vidu\/q1-t2v for \d+ credits/);
      await refusing.close();
      await agreeing.close();
    },
    'a live key is refused until its owner allows agents': async (tools) => {
      const { stage, accountId } = await openBounded(tools, {});
      const { key, row } = await stage.core.accounts.createKey({
        account: accountId,
        mode: 'live',
        name: 'live',
      });
      await expect(connect({ stage, accountId, key })).rejects.toThrow();
      const bearer = { authorization: `Bearer ${key}` };
      const refused = await postRaw(tools, bearer);
      expect([refused.status, await refused.json()]).toMatchObject([
        403,
        { error: { data: { name: 'not_permitted' } } },
      ]);
      await stage.core.accounts.changeKey(row.id, { agentsLive: true });
      const client = await connect({ stage, accountId, key });
      expect((await call(client, 'get_balance')).structuredContent).toMatchObject({
        mode: 'live',
        balance: 0,
      });
      await client.close();
    },
    'a wrong key, a page of another site, a body that is too large, another method': async (tools) => {
      const wrong = await postRaw(tools, { authorization: 'Bearer ak_none' });
      expect([wrong.status, wrong.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="Reelay"']);
      await expect(connect({ ...tools, key: 'ak_none' })).rejects.toThrow();
      const bearer = { authorization: `Bearer ${tools.key}` };
      expect((await postRaw(tools, { ...bearer, origin: 'https://evil.example' })).status).toBe(403);
      expect((await postRaw(tools, { ...bearer, origin: 'null' })).status).toBe(403);
      expect((await postRaw(tools, bearer, `{"a":"${'x'.repeat(300_000)}"}`)).status).toBe(400);
      for (const method of ['GET', 'DELETE'])
        expect((await fetch(`${tools.stage.url}/mcp`, { method, headers: bearer })).status).toBe(405);
    },
    'creates over connections that break, repeated under one idempotency_key: one task each, and the cap of the key holds':
      async (tools) => {
        const asked = { model: MODEL, input: { prompt: PROMPT } };
        const quoted = read(await call(await connect(tools), 'quote', asked));
        const price = BigInt(quoted.credits) * MICROS_PER_CREDIT;
        const own = await openBounded(tools, { creditsTotalMax: 6n * price });
        const proxy = await startCuttingProxy({ target: tools.stage.url, share: 0.15, seed: 11 });
        const create = async (number: number): Promise<string> => {
          for (;;) {
            const made = await connect(own, { url: proxy.url })
              .then((client) => call(client, 'create_task', order(`cut-key-${number}`)))
              .catch(() => undefined);
            if (made?.isError) return read(made).error.code;
            if (made !== undefined) return read(made).task_id;
          }
        };
        const answers = await Promise.all(Array.from({ length: 10 }, (_none, number) => create(number)));
        await proxy.close();
        const ids = answers.filter((answer) => answer !== 'key_total_limit_reached');
        expect([ids.length, new Set(ids).size, await countTasks(own)]).toEqual([6, 6, 6]);
        const { held } = await own.stage.core.credits.balance(own.accountId, 'test');
        expect(held).toBe(6n * price);
        expect(Object.keys(proxy.cuts).length).toBeGreaterThan(1);
      },
    'the package over stdio, in both eras, with elicitation in the older one too': async (tools) => {
      const own = await openBounded(tools, { agentsConfirmAbove: MICROS_PER_CREDIT });
      const ids = new Set<string>();
      for (const era of ERAS) {
        const client = await connectByStdio(own, { era, approve: () => true });
        const made = read(await call(client, 'create_task', order('by-stdio-1')));
        expect([era, made.error]).toEqual([era, undefined]);
        ids.add(made.task_id);
        const { tools: listed } = await client.listTools();
        expect(listed.map(({ name }) => name)).not.toContain('upload_file');
        await client.close();
      }
      expect([ids.size, await countTasks(own)]).toEqual([1, 1]);
    },
    ...mcpTaskSteps,
  },
  methods: () => ['callTool', 'listTools'],
  leftOut: {
    'listResources, listPrompts, complete': 'the door has tools alone',
  },
};
