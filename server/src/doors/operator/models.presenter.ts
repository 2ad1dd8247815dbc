// A model as operators read it, with its switches, prices and offers: at the route, and from commands with --json.
import type { Offer } from '../../catalog/models.ts';
import type { ModelStatus } from '../../catalog/state.ts';

export function presentModel({ model, enabled, maintenance, openTasksMax, price, facts }: ModelStatus) {
  return {
    model,
    modality: facts.modality,
    operations: facts.operations,
    family: facts.family,
    enabled,
    maintenance,
    open_tasks_max: openTasksMax,
    price,
    shipped_price: facts.price,
    offers: facts.offers.map(presentOffer),
  };
}

/** @param at its place in the list, which is its order unless it says another. */
function presentOffer(offer: Offer, at: number) {
  return {
    provider: offer.provider,
    accounts: offer.accounts ?? null,
    order: offer.order ?? at,
    weight: offer.weight ?? 1,
    params: offer.params ?? {},
    charge: offer.charge ?? null,
    cost: offer.cost ?? null,
    usual_seconds: offer.usual_seconds ?? null,
  };
}
