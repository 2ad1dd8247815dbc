// Every official client that is run against an emulator, and why a provider has none.
import { aiSdk } from './ai-sdk.ts';
import type { ForeignClient } from './client.ts';
import { comfyuiClient } from './comfyui-client.ts';
import { falClient } from './fal-client.ts';
import { googleGenai } from './google-genai.ts';
import { openai } from './openai.ts';
import { openaiImages } from './openai-images.ts';
import { REPLAYS } from './replays.ts';
import { replicate } from './replicate.ts';
import { runway } from './runway.ts';
import { volcengine } from './volcengine.ts';

export const CLIENTS: readonly ForeignClient[] = [
  openai,
  openaiImages,
  googleGenai,
  falClient,
  replicate,
  runway,
  volcengine,
  comfyuiClient,
  ...aiSdk,
  ...REPLAYS,
];

/** By provider: no client of its own on npm, and what replaces one. */
export const WITHOUT: Readonly<Record<string, string>> = {
  ark: 'clients of Volcengine for Python, Go and Java; on npm the package of the AI SDK, and above a replay of what the one for Python sends',
  comfyui:
    'two by others: the one above, and `@saintno/comfyui-sdk` 0.3.1, which was tried by hand on 2026-11-30 and works; it brings 85 MB and an old compiler, so that `npm test` does not run it',
  kling: 'none of its own; the package of the AI SDK is not on npm, so its requests are replayed',
  minimax: 'none of its own; the package of the AI SDK, which knows the second version of the API alone',
  vidu: 'none, and none by others: only its documents and the adapter check its emulator',
};
