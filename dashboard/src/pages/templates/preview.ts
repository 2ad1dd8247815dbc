// Previews of the gallery: one plays at a time, after a moment of hovering or at once on focus, and none for people who
// asked for less motion or less data. What does not play is not loaded.
import { useCallback, useEffect, useRef, useState } from 'react';

const HOVER_MS = 150;

/** Ends the preview that plays now. */
let endCurrent: (() => void) | undefined;

interface Connection {
  saveData?: boolean;
}

function isWanted(): boolean {
  const { connection } = navigator as Navigator & { connection?: Connection };
  return !connection?.saveData && !matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Whether a card plays its preview, and what begins and ends that. */
export function usePreview(hasPreview: boolean) {
  const [isPlaying, setPlaying] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const end = useCallback(() => {
    clearTimeout(timer.current);
    setPlaying(false);
    if (endCurrent === end) endCurrent = undefined;
  }, []);
  const begin = useCallback(
    (delayMs: number) => {
      if (!hasPreview || !isWanted()) return;
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        if (endCurrent !== end) endCurrent?.();
        endCurrent = end;
        setPlaying(true);
      }, delayMs);
    },
    [hasPreview, end],
  );
  useEffect(() => end, [end]);
  return {
    isPlaying,
    handlers: {
      onPointerEnter: () => begin(HOVER_MS),
      onPointerLeave: end,
      onFocus: () => begin(0),
      onBlur: end,
    },
  };
}

/** Frees the buffer of a video that leaves the page: without this the browser keeps it. */
export function releaseOnLeave(video: HTMLVideoElement | null): (() => void) | undefined {
  if (video === null) return undefined;
  const { src } = video;
  // A ref that comes back, as in development, finds the source again.
  if (src === '' && video.dataset.src) video.src = video.dataset.src;
  return () => {
    video.dataset.src = src;
    video.removeAttribute('src');
    video.load();
  };
}
