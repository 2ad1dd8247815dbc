// The examples of the client API in its description: for each operation a request that works as it stands, once the ids are those
// of things that there are. http/openapi.test.ts sends each, and `UPDATE=1` writes what is answered into the file beside it.
import type { Examples, OperationExample } from '../../http/openapi-examples.ts';
import answers from './answers.generated.json' with { type: 'json' };

/** Ids for which a reader sets own ones. */
export const EXAMPLE_IDS = {
  task: '019b3c5e-7d20-7a41-9c55-0d2f8a7b1e01',
  callback: '019b3c5e-8f31-7b52-8d66-1e308b8c2f12',
  asset: '019b3c5f-0a42-7c63-9e77-2f419c9d3023',
} as const;

const CREATE = {
  model: 'reelay/draft-t2v',
  input: { prompt: 'A lake at dawn, slow camera', duration: 5, resolution: '720p' },
};

const REQUESTS: Record<string, Omit<OperationExample, 'answer'>> = {
  createTask: { body: { ...CREATE, max_credits: 500, metadata: { order: '4711' } } },
  estimateCredits: { body: CREATE },
  estimateTask: { body: CREATE },
  taskInfo: { parameters: { task_id: EXAMPLE_IDS.task } },
  listTasks: { parameters: { status: 'success', limit: 20 } },
  cancelTask: { body: { task_id: EXAMPLE_IDS.task } },
  taskEvents: { parameters: { task_id: EXAMPLE_IDS.task } },
  accountEvents: { parameters: { seconds: 30 } },
  balance: {},
  usage: { parameters: { group_by: 'model' } },
  statement: { parameters: { limit: 20 } },
  listModels: { parameters: { modality: 'video', operation: 'image-to-video' } },
  getModel: { parameters: { vendor: 'kling', name: 'v3-t2v' } },
  getModelWithoutVendor: { parameters: { name: 'my-model' } },
  bytedanceTemplates: { parameters: { page: 1, page_size: 10 } },
  viduTemplates: { parameters: { page: 1, page_size: 10 } },
  klingTemplates: { parameters: { page: 1, page_size: 10 } },
  listGalleryTemplates: { parameters: { vendor: 'bytedance', sort: 'newest' } },
  uploadUrl: { parameters: { content_type: 'image/png', ext: '.png' } },
  uploadAsset: {
    body: { name: 'portrait', asset_type: 'Image', asset_url: 'https://example.com/portrait.png' },
  },
  assetInfo: { parameters: { asset_id: EXAMPLE_IDS.asset } },
  listAssets: { parameters: { page: 1, page_size: 10 } },
  deleteAsset: { body: { asset_id: EXAMPLE_IDS.asset } },
  listCallbacks: { parameters: { task_id: EXAMPLE_IDS.task } },
  listDeliveries: { parameters: { callback_id: EXAMPLE_IDS.callback } },
  replayCallback: { body: { callback_id: EXAMPLE_IDS.callback } },
  callbackSecret: {},
  rotateCallbackSecret: {},
};

const ANSWERS: Readonly<Record<string, OperationExample['answer']>> = answers;

export const crunExamples: Examples = Object.fromEntries(
  Object.entries(REQUESTS).map(([name, request]) => [name, { ...request, answer: ANSWERS[name] }]),
);
