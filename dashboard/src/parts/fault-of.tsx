import type { ApiError } from '../api/client.ts';
import { Fault } from '../ui/blanks.tsx';

/** A refusal of the server, in its own words, with the request id. Nothing when there is none. */
export function FaultOf({
  error,
  title,
  onRetry,
}: {
  error: ApiError | undefined | null;
  /** What failed: "The key was not made". */
  title: string;
  onRetry?: () => void;
}) {
  if (!error) return null;
  return (
    <Fault
      title={title}
      message={error.faults.length > 0 ? undefined : error.message}
      faults={error.faults}
      requestId={error.requestId}
      onRetry={onRetry}
    />
  );
}
