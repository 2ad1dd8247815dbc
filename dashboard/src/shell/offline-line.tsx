// A line under the top bar while the server cannot be reached. What was loaded stays on the page, and the line goes away by
// itself. It says once that the connection is gone and once that it is back; the seconds are for the eye alone.
import { onlineManager } from '@tanstack/react-query';
import { CloudOff } from 'lucide-react';
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
  const [wasAway, setWasAway] = useState(false);
  useEffect(() => {
    if (!isOnline) setWasAway(true);
  }, [isOnline]);
  const back = wasAway ? 'The connection is back.' : '';
  return (
    <>
      <span role="status" className="visually-hidden">
        {isOnline ? back : 'No connection. What you see may be old.'}
      </span>
      {!isOnline && <Line />}
    </>
  );
}

/** Counts down to the next try. */
function Line() {
  const now = useNow();
  const [nextMs, setNext] = useState(() => Date.now() + RETRY_MS);
  useEffect(() => {
    if (now < nextMs) return;
    setNext(Date.now() + RETRY_MS);
    void tryConnection();
  }, [now, nextMs]);
  return (
    <div className={styles.offline}>
      <CloudOff size={16} aria-hidden />
      <span className={styles.offlineWords} aria-hidden="true">
        No connection. What you see may be old; trying again in{' '}
        {Math.max(0, Math.ceil((nextMs - now) / 1000))} s.
      </span>
      <Button size="small" variant="quiet" onClick={() => void tryConnection()}>
        Try now
      </Button>
    </div>
  );
}
