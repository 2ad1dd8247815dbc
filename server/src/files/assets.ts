// Assets: an account gives a name to an address of a picture, clip or sound, and inputs may then say asset://<id>. The file
// stays where it is, so an asset of an upload is of use until the end of that upload.
import type { Pool } from 'pg';
import { repeatRead } from '../db/lost-answers.ts';
import { AppError, refuseFaults } from '../errors.ts';
import { newId } from '../lib/ids.ts';
import * as store from './assets.store.ts';
import type { Files } from './files.ts';

export type { Asset, AssetKind } from './assets.store.ts';

/** Of an account: the table is small, and nobody chooses among more. */
const ASSETS_MAX = 1_000;

export class Assets {
  readonly #pool: Pool;
  readonly #files: Pick<Files, 'findOwnType'>;

  constructor(pool: Pool, files: Pick<Files, 'findOwnType'>) {
    this.#pool = pool;
    this.#files = files;
  }

  /** @throws AppError `validation_failed` for an upload of another kind, and above the limit of the account. */
  async add(asset: store.NewAsset): Promise<string> {
    const type = this.#files.findOwnType(asset.url);
    if (type !== undefined && !type.startsWith(`${asset.kind}/`))
      throw refuseFaults([`asset_url: is of ${type}, and asset_type says ${asset.kind}`]);
    const id = newId();
    if (await store.insertAsset(this.#pool, { ...asset, id }, ASSETS_MAX)) return id;
    throw refuseFaults([`name: this account has ${ASSETS_MAX} assets, and that is the most; delete some`]);
  }

  /** @throws AppError `not_found`. */
  async find(accountId: string, id: string): Promise<store.Asset> {
    const [asset] = await this.#read(accountId, [id]);
    if (asset === undefined) throw notFound(id);
    return asset;
  }

  async list(
    accountId: string,
    page: { offset: number; limit: number },
  ): Promise<{ total: number; assets: store.Asset[] }> {
    return repeatRead(() => store.listAssets(this.#pool, accountId, page));
  }

  /** Tasks that were created with it keep its address. @throws AppError `not_found`. */
  async remove(accountId: string, id: string): Promise<void> {
    if (!(await store.deleteAsset(this.#pool, accountId, id))) throw notFound(id);
  }

  /** The addresses of those that the account has, by their ids. */
  async addressesOf(accountId: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (ids.length === 0) return new Map();
    return new Map((await this.#read(accountId, ids)).map(({ id, url }) => [id, url]));
  }

  #read(accountId: string, ids: readonly string[]): Promise<store.Asset[]> {
    return repeatRead(() => store.readAssets(this.#pool, accountId, ids));
  }
}

function notFound(id: string): AppError {
  return new AppError('not_found', { message: `There is no asset ${id}` });
}
