// The emulated APIs, in the order of their ports. A new one is one line here.
import { arkApi } from './ark/ark.ts';
import { bytedanceEffectsApi } from './bytedance-effects/bytedance-effects.ts';
import { comfyuiApi } from './comfyui/comfyui.ts';
import type { EmulatedApi } from './core/api.ts';
import { falApi } from './fal/fal.ts';
import { googleVeoApi } from './google-veo/google-veo.ts';
import { klingApi } from './kling/kling.ts';
import { minimaxApi } from './minimax/minimax.ts';
import { openaiImagesApi } from './openai-images/openai-images.ts';
import { openaiVideosApi } from './openai-videos/openai-videos.ts';
import { replicateApi } from './replicate/replicate.ts';
import { runwayApi } from './runway/runway.ts';
import { viduApi } from './vidu/vidu.ts';

export const EMULATED_APIS: readonly EmulatedApi[] = [
  arkApi,
  bytedanceEffectsApi,
  comfyuiApi,
  falApi,
  googleVeoApi,
  klingApi,
  minimaxApi,
  openaiImagesApi,
  openaiVideosApi,
  replicateApi,
  runwayApi,
  viduApi,
];
