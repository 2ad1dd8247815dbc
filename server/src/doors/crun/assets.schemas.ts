// Route schemas of assets at the Crun door.
import { Type } from 'typebox';
import { idField, pageSizeField, withDefault } from '../../http/fields.ts';
import { envelope, TAGS } from './schemas.ts';

const PAGES_MAX = 1_000;
const NAME = { minLength: 1, maxLength: 200 };

const asset = Type.Object(
  {
    AssetId: Type.String({ description: 'An input may say asset://<AssetId> where it takes an address.' }),
    Name: Type.String(),
    AssetType: Type.Enum(['Image', 'Video', 'Audio']),
    Status: Type.Enum(['Processing', 'Active', 'Failed'], {
      description: 'Active: an address is kept, and is read when a task needs it.',
    }),
    CreateTime: Type.String({ format: 'date-time' }),
    UpdateTime: Type.String({ format: 'date-time' }),
  },
  { title: 'Asset' },
);

const assetId = Type.Object({ AssetId: Type.String() });

export const assetUploadSchema = {
  tags: TAGS.files,
  operationId: 'uploadAsset',
  summary: 'Keep an address as an asset',
  description:
    'The file stays where it is: an asset of an upload is of use until the end of that upload. An account has at most 1,000.',
  body: Type.Object({
    name: Type.String(NAME),
    asset_type: Type.String({ description: 'Image, Video or Audio, in any letters.', maxLength: 20 }),
    asset_url: Type.String({ description: 'An http or https address.' }),
  }),
  response: { 200: envelope(assetId) },
};

export const assetInfoSchema = {
  tags: TAGS.files,
  operationId: 'assetInfo',
  summary: 'One asset',
  querystring: Type.Object({ asset_id: idField('AssetId of the upload.') }),
  response: { 200: envelope(asset) },
};

export const assetListSchema = {
  tags: TAGS.files,
  operationId: 'listAssets',
  summary: 'The assets of the account, newest first',
  querystring: Type.Object({
    page: withDefault(Type.Integer({ minimum: 1, maximum: PAGES_MAX }), 1),
    page_size: pageSizeField({ max: 50, usual: 20 }),
  }),
  response: { 200: envelope(Type.Object({ total: Type.Integer(), assets: Type.Array(asset) })) },
};

export const assetDeleteSchema = {
  tags: TAGS.files,
  operationId: 'deleteAsset',
  summary: 'Forget an asset',
  description: 'Tasks that were created with it keep its address.',
  body: Type.Object({ asset_id: idField('AssetId of the upload.') }),
  response: { 200: envelope(assetId) },
};
