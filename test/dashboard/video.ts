// What a video element plays.
import type { Page } from 'playwright-core';

/** A render on a machine that does much else. */
const RENDER_MS = 600_000;

/** Size and length, once it plays. @param at which of the videos of runs on the page. */
export async function readVideo(
  page: Page,
  at = 0,
): Promise<{ width: number; height: number; seconds: number }> {
  const video = page.getByLabel('The video').nth(at);
  await video.waitFor({ timeout: RENDER_MS });
  return page.evaluate(`new Promise((resolve) => {
    const video = document.querySelectorAll('video')[${at}];
    const say = () => video.currentTime > 0 && resolve({
      width: video.videoWidth, height: video.videoHeight, seconds: Math.round(video.duration) });
    video.addEventListener('timeupdate', say);
    say();
  })`);
}
