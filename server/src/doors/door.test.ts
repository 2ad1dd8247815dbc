// Each part of the API refuses in its own dialect; an address that belongs to no door is refused as clients are.
import { expect, it } from 'vitest';
import { createTestApi } from '../http/testing.ts';
import { joinTaskForms } from './door.ts';

const TOKEN = 'an-operator-token-made-for-this-test';
const api = await createTestApi({ REELAY_OPERATOR_TOKEN: TOKEN });

async function refusal(path: string, method: 'GET' | 'POST' = 'GET'): Promise<string> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const answer = await api.call({ path, method, headers });
  expect([path, answer.status]).toEqual([path, 404]);
  return answer.text.replace(/"request_id":"[\w-]+"/, '"request_id":"…"');
}

it('answers an unknown address of clients, and one of no door, in the envelope of clients', async () => {
  for (const path of [
    '/nothing',
    '/api/v1/nothing',
    '/api/v1/operators',
    '/api/v1/client',
    '/api/v1/client/',
    '/api/v1/client/job/nothing',
    '/api/v1/client/job/taskinfo',
    '/api/v1/client/%',
  ]) {
    const message = `There is no POST ${path}; /docs lists the endpoints`;
    expect(await refusal(path, 'POST')).toBe(
      `{"code":404,"message":"${message}","error":"not_found","request_id":"…","data":null}`,
    );
  }
});

it('answers an unknown address of operators in the form of the operator API', async () => {
  for (const path of ['/api/v1/operator', '/api/v1/operator/nothing', '/api/v1/operator/credentials/x/y']) {
    const message = `There is no GET ${path}; /docs lists the endpoints`;
    expect(await refusal(path)).toBe(
      `{"error":{"name":"not_found","message":"${message}","request_id":"…"}}`,
    );
  }
});

it('renders the callback of a task in the form of the door at which it was created, and of no other', async () => {
  const { data } = await api.create(await api.openAccount());
  const row = await api.readTask(String(data.task_id));
  expect(row.door).toBe('crun');
  const form = (name: string) => ({ name, renderTask: () => `as ${name} has it` });
  const render = joinTaskForms([form('crun'), form('other')]);
  const { linkTo } = api.core.tasks;
  expect([render(row, linkTo), render({ ...row, door: 'other' }, linkTo)]).toEqual([
    { body: 'as crun has it' },
    { body: 'as other has it' },
  ]);
  expect(() => render({ ...row, door: 'gone' }, linkTo)).toThrow('of a door that there is');
});
