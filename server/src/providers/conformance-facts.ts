// The part of the conformance suite that needs no server. Only for tests.
import { expect, it } from 'vitest';
import { type Model, readShippedModels } from '../catalog/models.ts';
import type { Provider } from './contract.ts';

/** Read once: the generated suites need it thousands of times. */
const shipped = readShippedModels();

/** The shipped models with an offer of a provider. */
export function modelsOf({ id }: Provider): Model[] {
  return shipped.filter(({ offers }) => offers.some(({ provider }) => provider === id));
}

/** The facts, the calls and the offers of a provider agree with each other. */
export function describeFacts(provider: Provider): void {
  const { facts } = provider;

  it('declares its facts with their source and date', () => {
    expect(facts.docs).toMatch(/^https:\/\//);
    expect(facts.checked).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    const isLocal = facts.recovery.kind === 'restart';
    expect(facts.credential.length > 0).toBe(!isLocal);
    for (const field of facts.credential) {
      expect(field.environment).toMatch(/^[A-Z][A-Z0-9_]+$/);
      if (field.isSecret) expect(field.fallback ?? '').toBe('');
    }
    for (const hours of [facts.resultHours, facts.recordHours]) expect(hours).toBeGreaterThan(0);
  });

  it('implements exactly the calls that its facts promise', () => {
    expect(provider.pollMany !== undefined).toBe(facts.pollBatchMax > 1);
    expect(provider.parseHint !== undefined).toBe(facts.hints !== 'no');
    expect(provider.cancel !== undefined).toBe(facts.cancel !== 'no');
    if (['find', 'restart'].includes(facts.recovery.kind)) expect(provider.find).toBeDefined();
  });

  it('serves at least one model, and accepts the params of every offer', () => {
    const offers = modelsOf(provider).flatMap((model) => model.offers);
    const own = offers.filter((offer) => offer.provider === provider.id);
    expect(own.length).toBeGreaterThan(0);
    expect(own.flatMap(({ params }) => provider.checkParams(params ?? {}))).toEqual([]);
  });

  it('names what is wrong with params', () => {
    expect(provider.checkParams({ no_such_param: 1 }).join()).toContain('no_such_param');
  });
}
