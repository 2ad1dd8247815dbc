// The emulated APIs, in the order of their ports. A new one is one line here.
import { arkApi } from './ark/ark.ts';
import type { EmulatedApi } from './core/api.ts';
import { googleVeoApi } from './google-veo/google-veo.ts';
import { openaiVideosApi } from './openai-videos/openai-videos.ts';
import { runwayApi } from './runway/runway.ts';
import { viduApi } from './vidu/vidu.ts';

export const EMULATED_APIS: readonly EmulatedApi[] = [
  arkApi,
  googleVeoApi,
  openaiVideosApi,
  runwayApi,
  viduApi,
];
