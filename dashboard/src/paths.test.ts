import { expect, it } from 'vitest';
import { paths } from './paths.ts';

it('every page has the address that links in the world point to', () => {
  const example = { model: 'bytedance/seedance1-0-pro-t2v', other: '01a22a6f-1ee3-775c-801a-41d4dfe04adc' };
  const addresses = Object.fromEntries(
    Object.entries(paths).map(([name, build]) => {
      const takesId = /^(task|statementLine|operatorAccount)$/.test(name);
      const given = name === 'model' ? example.model : takesId ? example.other : undefined;
      return [name, (build as (given?: string) => string)(given)];
    }),
  );
  expect(addresses).toMatchInlineSnapshot(`
    {
      "account": "/account",
      "callbacks": "/callbacks",
      "docs": "/docs/",
      "guides": "/docs/guides",
      "home": "/",
      "invitation": "/invitation",
      "keys": "/keys",
      "model": "/models/bytedance/seedance1-0-pro-t2v",
      "models": "/models",
      "operator": "/operator",
      "operatorAccount": "/operator/accounts/01a22a6f-1ee3-775c-801a-41d4dfe04adc",
      "operatorAccounts": "/operator/accounts",
      "operatorAudit": "/operator/audit",
      "operatorCallbacks": "/operator/callbacks",
      "operatorCredentials": "/operator/credentials",
      "operatorLosses": "/operator/losses",
      "operatorModels": "/operator/models",
      "operatorNodes": "/operator/nodes",
      "operatorOffers": "/operator/offers",
      "operatorPeople": "/operator/people",
      "operatorSwitches": "/operator/switches",
      "operatorTemplates": "/operator/templates",
      "operatorUnknown": "/operator/unknown",
      "playground": "/playground",
      "setup": "/setup",
      "signIn": "/sign-in",
      "signUp": "/sign-up",
      "statementLine": "/usage?task=01a22a6f-1ee3-775c-801a-41d4dfe04adc#charged",
      "task": "/tasks/01a22a6f-1ee3-775c-801a-41d4dfe04adc",
      "tasks": "/tasks",
      "templates": "/templates",
      "usage": "/usage",
      "welcome": "/welcome",
    }
  `);
});

it('values of a query are escaped, and empty ones left out', () => {
  expect(paths.tasks({ q: 'a & b', status: '', from: undefined })).toBe('/tasks?q=a+%26+b');
  expect(paths.task('../keys')).toBe('/tasks/..%2Fkeys');
  expect(paths.signIn('/tasks?status=done')).toBe('/sign-in?next=%2Ftasks%3Fstatus%3Ddone');
});
