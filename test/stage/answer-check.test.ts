import swagger from '@fastify/swagger';
import fastify, { type FastifySchema } from 'fastify';
import { Type } from 'typebox';
import { afterAll, expect, it } from 'vitest';
import { answerFaults } from './answer-check.ts';

const part = Type.Object({ name: Type.String() }, { title: 'Part' });
const app = fastify();
app.setSerializerCompiler(() => (data) => JSON.stringify(data));
await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 'A test', version: '1' } } });
await app.register(async (scope) => {
  const response = { 200: Type.Object({ part, more: Type.Object({}, { additionalProperties: true }) }) };
  const schema: FastifySchema = { operationId: 'getThing', response };
  scope.get('/things/:id', { schema }, (request, reply) => {
    const { status = '200', body = '{}' } = request.query as { status?: string; body?: string };
    return reply.code(Number(status)).header('content-type', 'application/json').send(body);
  });
});
afterAll(() => app.close());

/** What the check of this test run says of an answer. */
async function faultsOf(body: object | string, status = 200): Promise<string[]> {
  const query = new URLSearchParams({
    status: String(status),
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  await app.inject({ method: 'GET', url: `/things/1?${query}` });
  return answerFaults.splice(0);
}

const good = { part: { name: 'x' }, more: { any: 1 } };

it('a server of a test is watched without a word about it, and a good answer passes', async () => {
  expect(await faultsOf(good)).toEqual([]);
});

it.each([
  ['a field that is missing', { more: {} }, /getThing 200: .*required property 'part'/],
  ['a field of another type', { ...good, part: { name: 1 } }, /getThing 200: \/part\/name must be string/],
  ['a field that is not described', { ...good, extra: 1 }, /unevaluatedProperty":"extra"/],
  ['one further in', { ...good, part: { name: 'x', extra: 1 } }, /\/part .*"extra"/],
])('sees %s', async (_name, body, sentence) => {
  expect(await faultsOf(body)).toEqual([expect.stringMatching(sentence)]);
});

it('sees what is no JSON', async () => {
  expect(await faultsOf('{')).toEqual(['getThing 200: is no JSON: {']);
});

it('sees a status that is not described', async () => {
  expect(await faultsOf(good, 201)).toEqual(['getThing 201: is a status that its description does not have']);
});
