// The main of a render process: one job in, progress and one result out, then the end. It ends at once when its
// parent is gone, so that no kill of the server, however rough, leaves a render running.
import { chooseEncoder } from './encode/choose-encoder.ts';
import { explainFailure } from './failure.ts';
import type {
  RenderJob,
  RenderMessage,
  RenderResult,
  SoundJob,
  SoundResult,
  StillJob,
  StillResult,
} from './job.ts';
import { type RenderSettings, renderVideo } from './render-video.ts';

/** What the parent sends, once. */
export type RenderOrder =
  | { type: 'render'; job: RenderJob; settings: RenderSettings }
  | { type: 'stills'; job: StillJob }
  | { type: 'sounds'; job: SoundJob; settings: RenderSettings }
  | { type: 'probe'; settings: RenderSettings };

/** The answer to a probe. */
export type ProbeMessage = { type: 'probed'; encoder?: string; reason?: string };

// Not `process.exit`: that waits for threads that may be inside a long native call.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

process.once('message', (order: RenderOrder) => {
  const work = order.type === 'probe' ? probe(order.settings) : render(order);
  work.then(send).then(
    () => process.exit(0),
    () => process.exit(1),
  );
});

async function render(order: Exclude<RenderOrder, { type: 'probe' }>): Promise<RenderMessage> {
  try {
    return { type: 'done', result: await draw(order) };
  } catch (error) {
    return { type: 'failed', failure: explainFailure(error) };
  }
}

async function draw(
  order: Exclude<RenderOrder, { type: 'probe' }>,
): Promise<RenderResult | StillResult | SoundResult> {
  const onProgress = (framesDone: number, framesTotal: number): void => {
    // A failed send means that the parent is going; the disconnect that follows ends this process.
    process.send?.({ type: 'progress', framesDone, framesTotal } satisfies RenderMessage);
  };
  if (order.type === 'render') return renderVideo(order.job, order.settings, onProgress);
  if (order.type === 'sounds') {
    const { renderSounds } = await import('./sound/render-sounds.ts');
    return renderSounds(order.job, order.settings, onProgress);
  }
  const { renderStills } = await import('./stills/render-stills.ts');
  return renderStills(order.job, onProgress);
}

async function probe(settings: RenderSettings): Promise<ProbeMessage> {
  try {
    await Promise.all([import('@napi-rs/canvas'), import('sharp')]);
    const { name } = await chooseEncoder(settings);
    return { type: 'probed', encoder: name };
  } catch (error) {
    return { type: 'probed', reason: error instanceof Error ? error.message : String(error) };
  }
}

function send(message: RenderMessage | ProbeMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}
