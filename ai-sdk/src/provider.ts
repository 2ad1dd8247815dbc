// The provider: one key at one server, and its models by name.
import {
  type Experimental_VideoModelV4,
  type ImageModelV4,
  NoSuchModelError,
  type ProviderV4,
} from '@ai-sdk/provider';
import { type FetchFunction, loadApiKey, loadOptionalSetting } from '@ai-sdk/provider-utils';
import { Connection } from './connection.ts';
import { ReelayImageModel } from './image-model.ts';
import { ReelayVideoModel } from './video-model.ts';

export interface ReelayProviderSettings {
  /** By default REELAY_API_KEY of the environment. */
  apiKey?: string;
  /** By default REELAY_BASE_URL of the environment, or http://127.0.0.1:8787. */
  baseURL?: string;
  /** Sent with each call. */
  headers?: Record<string, string>;
  /** By default the one of the platform. Results come through it too. */
  fetch?: FetchFunction;
}

export interface ReelayProvider extends ProviderV4 {
  /** A model of videos by its name in the catalogue, such as `kling/v3-t2v`. */
  video(modelId: string): Experimental_VideoModelV4;
  videoModel(modelId: string): Experimental_VideoModelV4;
  /** A model of pictures, such as `bytedance/seedream-4`. */
  image(modelId: string): ImageModelV4;
}

const BASE_URL = 'http://127.0.0.1:8787';

/** Connects with a server. The key is read at the first call. */
export function createReelay(settings: ReelayProviderSettings = {}): ReelayProvider {
  const { baseURL: settingValue, fetch } = settings;
  const named = loadOptionalSetting({ settingValue, environmentVariableName: 'REELAY_BASE_URL' });
  const keyOf = () =>
    loadApiKey({
      apiKey: settings.apiKey,
      environmentVariableName: 'REELAY_API_KEY',
      description: 'Reelay',
    });
  const connection = new Connection({
    baseURL: named ?? BASE_URL,
    fetch,
    // A redirect elsewhere loses this header in every fetch, which is not so with one of our own.
    headers: () => ({ authorization: `Bearer ${keyOf()}`, ...settings.headers }),
  });
  const video = (modelId: string) => new ReelayVideoModel(modelId, connection);
  const image = (modelId: string) => new ReelayImageModel(modelId, connection);
  const refuse = (modelType: 'languageModel' | 'embeddingModel') => (modelId: string) => {
    throw new NoSuchModelError({ modelId, modelType });
  };
  return {
    specificationVersion: 'v4',
    video,
    videoModel: video,
    image,
    imageModel: image,
    languageModel: refuse('languageModel'),
    embeddingModel: refuse('embeddingModel'),
  };
}

/** With the key and the address of the environment. */
export const reelay: ReelayProvider = createReelay();
