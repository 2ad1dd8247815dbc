// Assets: addresses that an account keeps under ids, for inputs that say asset://<id>.
import type { FastifyInstance } from 'fastify';
import { isHttpUrl } from '../../catalog/validate.ts';
import { refuseFaults } from '../../errors.ts';
import type { Assets } from '../../files/assets.ts';
import { callerOf } from '../../http/gate.ts';
import { readBody, readQuery } from '../../http/read.ts';
import { sendData } from './answer.ts';
import { presentAsset, readAssetKind } from './assets.presenter.ts';
import { assetDeleteSchema, assetInfoSchema, assetListSchema, assetUploadSchema } from './assets.schemas.ts';

export function registerAssetRoutes(app: FastifyInstance, assets: Assets): void {
  const read = { access: 'account', rate: 'read' } as const;
  app.post(
    '/job/asset-upload',
    {
      schema: assetUploadSchema,
      config: { ...read, needs: 'member', errors: ['validation_failed', 'body_unreadable'] },
    },
    async (request, reply) => {
      const { name, asset_type: type, asset_url: url } = readBody(request, assetUploadSchema.body);
      const kind = readAssetKind(type);
      const faults = [
        ...(kind === undefined ? ['asset_type: must be one of Image, Video, Audio'] : []),
        ...(isHttpUrl(url) ? [] : ['asset_url: must be an http or https address without user information']),
      ];
      if (kind === undefined || faults.length > 0) throw refuseFaults(faults);
      const { accountId } = callerOf(request);
      return sendData(reply, { AssetId: await assets.add({ accountId, name, kind, url }) });
    },
  );
  app.get(
    '/job/asset-info',
    { schema: assetInfoSchema, config: { ...read, errors: ['validation_failed', 'not_found'] } },
    async (request, reply) => {
      const { asset_id: id } = readQuery(request, assetInfoSchema.querystring);
      return sendData(reply, presentAsset(await assets.find(callerOf(request).accountId, id)));
    },
  );
  app.get(
    '/job/asset-list',
    { schema: assetListSchema, config: { ...read, errors: ['validation_failed'] } },
    async (request, reply) => {
      const { page, page_size: limit } = readQuery(request, assetListSchema.querystring);
      const found = await assets.list(callerOf(request).accountId, { offset: (page - 1) * limit, limit });
      return sendData(reply, { total: found.total, assets: found.assets.map(presentAsset) });
    },
  );
  app.post(
    '/job/asset-delete',
    {
      schema: assetDeleteSchema,
      config: { ...read, needs: 'member', errors: ['validation_failed', 'body_unreadable', 'not_found'] },
    },
    async (request, reply) => {
      const { asset_id: id } = readBody(request, assetDeleteSchema.body);
      await assets.remove(callerOf(request).accountId, id);
      return sendData(reply, { AssetId: id });
    },
  );
}
