// A model as operators read it, with its switches, prices and offers: at the route, and from commands with --json.
import type { Maintenance } from '../../catalog/catalog.ts';
import type { ModelStatus, OfferStatus } from '../../catalog/state.ts';
import { toUnixSeconds } from '../../lib/time.ts';
import type { Presented } from '../plain-schemas.ts';
import type { maintenance, model, offer } from './models.schemas.ts';

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
    price_since: status.priceSince && toUnixSeconds(status.priceSince),
    next_prices: status.nextPrices.map(({ startsAt, price }) => ({
      starts_at: toUnixSeconds(startsAt),
      price,
    })),
    shipped_price: facts.price,
    offers: status.offers.map(presentOffer),
  };
}

function presentOffer({ id, offer: from, order, weight, enabled }: OfferStatus): Presented<typeof offer> {
  return {
    id,
    provider: from.provider,
    enabled,
    accounts: from.accounts ?? null,
    order,
    weight,
    params: from.params ?? {},
    charge: from.charge ?? null,
    cost: from.cost ?? null,
    usual_seconds: from.usual_seconds ?? null,
  };
}

export function presentMaintenance({ on, text }: Maintenance): Presented<typeof maintenance> {
  return { maintenance: on, text };
}
