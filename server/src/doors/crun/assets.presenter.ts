// An asset as the Crun API shows it.
import type { Asset, AssetKind } from '../../files/assets.ts';
import type { JsonObject } from '../../lib/json.ts';

const TYPES = { image: 'Image', video: 'Video', audio: 'Audio' } as const satisfies Record<AssetKind, string>;

/** The kind that a client says in its own letters; undefined for any other word. */
export function readAssetKind(text: string): AssetKind | undefined {
  const kind = text.toLowerCase();
  return Object.hasOwn(TYPES, kind) ? (kind as AssetKind) : undefined;
}

export function presentAsset({ id, name, kind, created_at: createdAt }: Asset): JsonObject {
  const at = createdAt.toISOString();
  return {
    AssetId: id,
    Name: name,
    AssetType: TYPES[kind],
    Status: 'Active',
    CreateTime: at,
    UpdateTime: at,
  };
}
