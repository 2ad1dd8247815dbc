// The life of a form: it is sent once at a time, and its error stays until the next try.
import { useState } from 'react';
import { type ApiError, toApiError } from '../api/client.ts';

export interface Sending {
  isBusy: boolean;
  error: ApiError | undefined;
  /** Runs what sends the form; an error is kept to be shown. Resolves with whether it worked. */
  send(act: () => Promise<unknown>): Promise<boolean>;
  forget(): void;
}

export function useSending(): Sending {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  return {
    isBusy,
    error,
    forget: () => setError(undefined),
    async send(act) {
      setBusy(true);
      setError(undefined);
      try {
        await act();
        return true;
      } catch (thrown) {
        setError(toApiError(thrown));
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}
