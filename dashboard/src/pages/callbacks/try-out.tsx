// A signed test to any address, with what came back.

import { useState } from 'react';
import { useTestCallback } from '../../api/callbacks.ts';
import { toApiError } from '../../api/client.ts';
import type { CallbackTest } from '../../api/wire.ts';
import { Fault } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { TextField } from '../../ui/fields.tsx';
import { Sheet } from '../../ui/overlays.tsx';
import { formatLength } from '../../ui/time.tsx';
import styles from './callbacks.module.css';
import { headerLines } from './detail.tsx';

export function TryOut({ isOpen, onClose, docs }: { isOpen: boolean; onClose: () => void; docs: string }) {
  const [url, setUrl] = useState('');
  const [isEmpty, setEmpty] = useState(false);
  const test = useTestCallback();
  const send = () => {
    setEmpty(url.trim() === '');
    if (url.trim() !== '') test.mutate(url.trim());
  };
  const error = test.error ? toApiError(test.error) : undefined;
  return (
    <Sheet
      isOpen={isOpen}
      onClose={onClose}
      title="Test a receiver"
      onSubmit={send}
      foot={
        <Button variant="primary" type="submit" isBusy={test.isPending}>
          Send the test
        </Button>
      }
    >
      <div className={styles.stack}>
        <p className={styles.words}>
          Posts one small signed message, as a callback is posted. It is not repeated and costs nothing. What
          a real one has in it is in the <a href={docs}>documentation</a>.
        </p>
        <TextField
          label="Address of the receiver"
          type="url"
          placeholder="https://example.com/hook"
          maxLength={2048}
          spellCheck={false}
          value={url}
          onChange={setUrl}
          error={isEmpty ? 'Enter the address to post to' : undefined}
        />
        {error && (
          <Fault
            title="The test was not sent"
            message={error.message}
            faults={error.faults}
            requestId={error.requestId}
          />
        )}
        {test.data && <Outcome outcome={test.data} />}
      </div>
    </Sheet>
  );
}

function Outcome({ outcome }: { outcome: CallbackTest }) {
  const { is_delivered: isDelivered, http_status: status, error, duration_ms: ms } = outcome;
  return (
    <div className={styles.stack} role="status">
      {isDelivered ? (
        <p>
          Delivered: it answered {status} in {formatLength(ms)}.
        </p>
      ) : (
        <Fault title="Not delivered" message={error ?? undefined} />
      )}
      <h3 className={styles.label}>Sent, without the signature</h3>
      <Code text={`${headerLines(outcome.request_headers)}\n\n${outcome.body}`} label="Request" wraps />
      {outcome.response_head !== null && (
        <>
          <h3 className={styles.label}>Answered, first 1 KiB</h3>
          <Code text={outcome.response_head || '(an empty body)'} label="Answer" wraps />
        </>
      )}
    </div>
  );
}
