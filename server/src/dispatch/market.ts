// What is on offer right now: the models' offers joined with the provider accounts that can take tasks.
import type { Catalog } from '../catalog/catalog.ts';
import { nameOffers, type Offer } from '../catalog/models.ts';
import type { OfferStatus } from '../catalog/state.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { CredentialView } from '../credentials/state.ts';
import type { Files } from '../files/files.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Amount, PictureRules, Provider } from '../providers/contract.ts';
import { addressesIn, faultOfAddress, type PlacedAddress } from '../providers/pictures.ts';
import type { Maker, Market, RoutableOffer, UsableCredential } from './routing.ts';

/** The provider that works in this process. */
export const LOCAL_PROVIDER = 'draft';
const USUAL_SECONDS = 60;
/** The weight of the newest task in the usual time of an offer. */
const LEARNING = 0.2;
const NANOS = 1e9;

/** A test key runs every model on the built-in renderer. */
const LOCAL_OFFER: RoutableOffer = {
  id: LOCAL_PROVIDER,
  provider: LOCAL_PROVIDER,
  order: 0,
  weight: 1,
  usualSeconds: USUAL_SECONDS,
};

/** Whether a model can be run with a live key: `none` without an enabled offer, `down` while no offer can take a task. */
export type Availability = 'open' | 'down' | 'none';

function isReady({ state }: Pick<CredentialView, 'state'>): boolean {
  return state === 'ready';
}

/** In good order, but asked by its provider to slow down. */
function isBusy({ state, coolReason }: CredentialView): boolean {
  return state === 'cooling' && coolReason === 'rate_limited';
}

function canMake({ provider, accounts }: Maker, view: CredentialView): boolean {
  return view.provider === provider && (accounts?.includes(view.name) ?? true);
}

export interface MarketOptions {
  catalog: Catalog;
  credentials: Credentials;
  files: Pick<Files, 'findOwnType'>;
  providers: ReadonlyMap<string, Provider>;
}

export class LiveMarket {
  readonly #catalog: Catalog;
  readonly #credentials: Credentials;
  readonly #files: Pick<Files, 'findOwnType'>;
  readonly #providers: ReadonlyMap<string, Provider>;
  /** The usual seconds of offers as this process has seen them, by model and offer. */
  readonly #learned = new Map<string, number>();

  constructor(options: MarketOptions) {
    this.#catalog = options.catalog;
    this.#credentials = options.credentials;
    this.#files = options.files;
    this.#providers = options.providers;
  }

  /** Reads the market of this moment, for one round of choices. */
  async open(): Promise<Market> {
    const [views, offersOf] = await Promise.all([this.#credentials.list(), this.#catalog.readOffers()]);
    const ready = views.filter(isReady);
    const busy = views.filter(isBusy);
    return {
      offersOf: (model, book) => (book === 'test' ? [LOCAL_OFFER] : this.#routable(model, offersOf(model))),
      credentialsOf: (maker): readonly UsableCredential[] | undefined =>
        maker.provider === LOCAL_PROVIDER ? undefined : ready.filter((view) => canMake(maker, view)),
      isBusy: (maker) => busy.some((view) => canMake(maker, view)),
    };
  }

  /** Every provider account that may take tasks now. */
  async listUsable(): Promise<CredentialView[]> {
    return (await this.#credentials.list()).filter(isReady);
  }

  #routable(model: string, offers: readonly OfferStatus[]): RoutableOffer[] {
    return offers
      .filter(({ enabled }) => enabled)
      .map(({ id, offer, order, weight }) => ({
        id,
        provider: offer.provider,
        accounts: offer.accounts,
        order,
        weight,
        usualSeconds: Math.round(this.#learned.get(`${model} ${id}`) ?? offer.usual_seconds ?? USUAL_SECONDS),
      }));
  }

  /** The offers of a model that an operator has not turned off. */
  async #enabledOffers(model: string): Promise<Offer[]> {
    const offers = (await this.#catalog.readOffers())(model);
    return offers.filter(({ enabled }) => enabled).map(({ offer }) => offer);
  }

  /** The data of an offer; undefined when the model no longer has it. */
  findOffer(model: string, offerId: string): Offer | undefined {
    return nameOffers(this.#catalog.offersOf(model)).find(({ id }) => id === offerId)?.offer;
  }

  /** Whether live keys can use a model now. */
  async availabilityOf(model: string): Promise<Availability> {
    const offers = await this.#enabledOffers(model);
    if (offers.some(({ provider }) => provider === LOCAL_PROVIDER)) return 'open';
    const views = await this.#credentials.list();
    const own = views.filter((view) => offers.some((offer) => canMake(offer, view)));
    // A provider that asked for patience will take tasks again soon.
    if (own.some((view) => isReady(view) || isBusy(view))) return 'open';
    return own.some(({ state }) => state === 'cooling' || state === 'unusable') ? 'down' : 'none';
  }

  /**
   * What no account of any offer can do with an input, as a sentence for its client. Undefined when one offer can do all
   * of it, or the model has no account. @param input with the defaults filled in.
   */
  async findMisfit(model: string, input: JsonObject): Promise<string | undefined> {
    const views = (await this.#credentials.list()).filter(
      ({ state }) => isReady({ state }) || state === 'cooling',
    );
    const addresses = addressesIn(input, this.#catalog.addressFieldsOf(model));
    let misfit: string | undefined;
    for (const offer of await this.#enabledOffers(model)) {
      const provider = this.#providers.get(offer.provider);
      const hosts = views.filter((view) => canMake(offer, view)).map(({ fields }) => fields.base_url ?? '');
      if (provider === undefined || hosts.length === 0) continue;
      const faults = hosts.map(
        (host) =>
          provider.findMisfit?.(offer.params ?? {}, input) ??
          this.#findHidden(addresses, provider.facts.pictures, host),
      );
      if (faults.includes(undefined)) return undefined;
      misfit ??= faults[0];
    }
    return misfit;
  }

  /** The objection to the first address that an offer cannot fetch. */
  #findHidden(
    addresses: readonly PlacedAddress[],
    rules: PictureRules,
    providerUrl: string,
  ): string | undefined {
    for (const { place, url } of addresses) {
      const fault = faultOfAddress(url, { own: this.#files.findOwnType(url), rules, providerUrl });
      if (fault !== undefined) return `input.${place}: ${fault}`;
    }
    return undefined;
  }

  /** Learns how long an offer takes. */
  learn(model: string, offerId: string, seconds: number): void {
    const name = `${model} ${offerId}`;
    const before = this.#learned.get(name);
    this.#learned.set(name, before === undefined ? seconds : before + (seconds - before) * LEARNING);
  }
}

/**
 * What the operator pays for what was used, in billionths of a US dollar; undefined if the offer states no cost for it.
 */
export function costOf(offer: Offer | undefined, used: Amount | undefined): number | undefined {
  if (!offer?.cost) return undefined;
  if (offer.cost.unit === 'task') return Math.ceil(offer.cost.usd * NANOS);
  if (used?.unit !== offer.cost.unit) return undefined;
  return Math.ceil(offer.cost.usd * NANOS * used.amount);
}
