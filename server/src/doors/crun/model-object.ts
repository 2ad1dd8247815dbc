// A model as the Models endpoints of the Crun API show it.
import { describeInput, exampleInputOf, inputMediaOf } from '../../catalog/describe-input.ts';
import { vendorOf } from '../../catalog/models.ts';
import { PRICE_UNITS, type PriceRule, priceOfDefaults } from '../../catalog/prices.ts';
import type { ModelStatus } from '../../catalog/state.ts';
import type { JsonObject } from '../../lib/json.ts';
import { toCredits } from '../../lib/money.ts';

/** How long tasks of a model take as a rule. */
type UsualTime = (model: string) => number | undefined;

/** @param only the key of an amount that depends on nothing. */
function describeAmounts(credits: { [values: string]: number }, only: string): JsonObject {
  if (credits[only] !== undefined) return { credits: credits[only], by_resolution: [] };
  const prices = Object.entries(credits);
  return {
    credits: null,
    by_resolution: prices.map(([resolution, amount]) => ({ resolution, credits: amount })),
  };
}

function describePrice(rule: PriceRule): JsonObject {
  switch (rule.kind) {
    case 'flat':
      return { per: 'task', credits: rule.credits, by_resolution: [] };
    case 'per_second':
    case 'per_picture':
    case 'per_song':
    case 'per_thousand_characters':
      return {
        per: rule.kind.replace('per_', ''),
        ...describeAmounts(rule.credits, PRICE_UNITS[rule.kind].only),
      };
    case 'template':
      return { per: 'template', credits: rule.credits ?? null, by_resolution: [] };
  }
}

/** One item of the list. */
export function describeModel({ facts, ...status }: ModelStatus, usualTime: UsualTime): JsonObject {
  const { properties } = facts.input_schema;
  const usualMicros = priceOfDefaults(status.price, properties);
  return {
    model: facts.model,
    model_type: facts.model_type,
    modality: facts.modality,
    operations: facts.operations,
    quality_tier: facts.quality_tier,
    speed_tier: facts.speed_tier,
    input_fields: Object.keys(properties),
    required_input_fields: facts.input_schema.required,
    supports_reference: facts.supports_reference,
    supports_native_audio: facts.supports_native_audio,
    family: facts.family,
    description: facts.description,
    title: facts.title,
    vendor: vendorOf(facts),
    input_media: inputMediaOf(facts),
    price: describePrice(status.price),
    usual_credits: usualMicros === undefined ? null : toCredits(usualMicros),
    usual_seconds: usualTime(status.model) ?? null,
    enabled: status.enabled && !status.maintenance,
    live: facts.offers.length > 0,
    ...(facts.aliases === undefined ? {} : { aliases: facts.aliases.map(({ name }) => name) }),
  };
}

/** The same with what it takes. */
export function describeModelDetail(status: ModelStatus, usualTime: UsualTime): JsonObject {
  const { facts } = status;
  return {
    ...describeModel(status, usualTime),
    input_schema: describeInput(facts),
    example: { model: facts.model, input: exampleInputOf(facts) },
  };
}
