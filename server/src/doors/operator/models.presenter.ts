// A model as operators read it, with its switches, prices and offers: at the route, and from commands with --json.
import type { Offer } from '../../catalog/models.ts';
import type { ModelStatus } from '../../catalog/state.ts';
import type { Presented } from '../plain-schemas.ts';
import type { model, offer } from './models.schemas.ts';

export function presentModel({ facts, ...status }: ModelStatus): Presented<typeof model> {
  return {
    model: status.model,
    modality: facts.modality,
    operations: facts.operations,
    family: facts.family,
    enabled: status.enabled,
    maintenance: status.maintenance,
    open_tasks_max: status.openTasksMax,
    price: status.price,
    shipped_price: facts.price,
    offers: facts.offers.map(presentOffer),
  };
}

/** @param at its place in the list, which is its order unless it says another. */
function presentOffer(from: Offer, at: number): Presented<typeof offer> {
  return {
    provider: from.provider,
    accounts: from.accounts ?? null,
    order: from.order ?? at,
    weight: from.weight ?? 1,
    params: from.params ?? {},
    charge: from.charge ?? null,
    cost: from.cost ?? null,
    usual_seconds: from.usual_seconds ?? null,
  };
}
