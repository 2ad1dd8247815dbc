// A line under the top bar while the server cannot be reached. What was loaded stays on the page.
import { onlineManager, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { tryConnection } from '../api/reach.ts';
import { Button } from '../ui/button.tsx';
import { useNow } from '../ui/time.tsx';
import styles from './shell.module.css';

const RETRY_MS = 5_000;

function listen(listener: () => void): () => void {
  return onlineManager.subscribe(listener);
}

export function OfflineLine() {
  const isOnline = useSyncExternalStore(listen, () => onlineManager.isOnline());
  return isOnline ? null : <Line />;
}

/** Counts down to the next try. */
function Line() {
  const queries = useQueryClient();
  const now = useNow();
  const [nextMs, setNext] = useState(() => Date.now() + RETRY_MS);
  useEffect(() => {
    if (now < nextMs) return;
    setNext(Date.now() + RETRY_MS);
    void tryConnection();
  }, [now, nextMs]);
  const retry = async () => {
    if (await tryConnection()) await queries.invalidateQueries();
  };
  return (
    <div className={styles.offline} role="status">
      <span>
        No connection. What you see may be old; trying again in{' '}
        {Math.max(0, Math.ceil((nextMs - now) / 1000))} s.
      </span>
      <Button size="small" variant="quiet" onClick={retry}>
        Try now
      </Button>
    </div>
  );
}
