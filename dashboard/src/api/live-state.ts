// Whether the event stream is there; live.ts says so, and what reads by itself without it asks here.
import { useSyncExternalStore } from 'react';

const stateListeners = new Set<() => void>();
let isConnected = false;

export function setConnected(next: boolean): void {
  if (next === isConnected) return;
  isConnected = next;
  for (const each of stateListeners) each();
}

function listenToState(listener: () => void): () => void {
  stateListeners.add(listener);
  return () => stateListeners.delete(listener);
}

/** Whether changes come by themselves; if not, what is open has to be read again and again. */
export function useIsLive(): boolean {
  return useSyncExternalStore(listenToState, () => isConnected);
}
