// Every provider that is called over the network. To add one: its folder and a line here.
import { ark } from './ark/ark.ts';
import { bytedanceEffects } from './bytedance-effects/bytedance-effects.ts';
import { comfyui } from './comfyui/comfyui.ts';
import type { Provider } from './contract.ts';
import { fal } from './fal/fal.ts';
import { googleVeo } from './google-veo/google-veo.ts';
import { kling } from './kling/kling.ts';
import { minimax } from './minimax/minimax.ts';
import { openaiImages } from './openai-images/openai-images.ts';
import { openaiVideos } from './openai-videos/openai-videos.ts';
import { replicate } from './replicate/replicate.ts';
import { runway } from './runway/runway.ts';
import { vidu } from './vidu/vidu.ts';

const PROVIDERS: readonly Provider[] = [
  ark,
  bytedanceEffects,
  comfyui,
  fal,
  googleVeo,
  kling,
  minimax,
  openaiImages,
  openaiVideos,
  replicate,
  runway,
  vidu,
];

/** All providers except the built-in renderer, by id. */
export const providers: ReadonlyMap<string, Provider> = new Map(
  PROVIDERS.map((provider) => [provider.id, provider]),
);
