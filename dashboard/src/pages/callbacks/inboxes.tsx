// Inboxes: addresses of this server that keep what is posted to them.

import { Inbox as InboxSign, Plus, Send, Trash2 } from 'lucide-react';
import { useState } from 'react';
import {
  useCreateInbox,
  useInbox,
  useInboxes,
  useRemoveInbox,
  useTestCallback,
} from '../../api/callbacks.ts';
import { toApiError } from '../../api/client.ts';
import { useRoleReason } from '../../api/queries.ts';
import type { InboxRequest } from '../../api/wire.ts';
import { SignatureChip } from '../../parts/callback-words.tsx';
import { paths } from '../../paths.ts';
import { useGo, useSearch } from '../../shell/address.ts';
import { Link } from '../../shell/link.tsx';
import { Empty, Fault, NotFound, Skeleton } from '../../ui/blanks.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { Confirm } from '../../ui/overlays.tsx';
import { Card } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './callbacks.module.css';
import { headerLines, indent } from './detail.tsx';

const VIEW = 'inboxes';

export function Inboxes() {
  const [search] = useSearch();
  const go = useGo();
  const list = useInboxes();
  const create = useCreateInbox();
  const reason = useRoleReason('member');
  const inboxes = list.data?.items ?? [];
  const chosen = search.inbox ?? inboxes[0]?.id;
  const make = () =>
    create.mutate(undefined, {
      onSuccess: ({ id }) => go(paths.callbacks({ view: VIEW, inbox: id })),
    });
  const button = (
    <Button
      size="small"
      variant={inboxes.length === 0 ? 'primary' : 'default'}
      icon={<Plus size={14} aria-hidden />}
      disabledReason={reason}
      isBusy={create.isPending}
      onClick={make}
    >
      New inbox
    </Button>
  );
  const error = create.error ?? (list.data ? null : list.error);
  return (
    <Card>
      {error && <InboxFault error={error} />}
      {list.isPending && <Skeleton height={120} />}
      {list.data && inboxes.length === 0 && (
        <Empty icon={<InboxSign size={24} aria-hidden />} title="No inbox" action={button}>
          An inbox is an address of this server that keeps what is posted to it for a day: use it as a
          callback_url, and look at headers, body and signature before you build a receiver.
        </Empty>
      )}
      {inboxes.length > 0 && (
        <div className={styles.inboxes}>
          <nav className={styles.stack} aria-label="Inboxes">
            <div className={styles.list}>
              {inboxes.map(({ id, created_at }) => (
                <Link
                  key={id}
                  className={styles.item}
                  href={paths.callbacks({ view: VIEW, inbox: id })}
                  aria-current={id === chosen ? 'true' : undefined}
                >
                  <span>Inbox …{id.slice(-6)}</span>
                  <span className={styles.quiet}>
                    Made <Time at={created_at} />
                  </span>
                </Link>
              ))}
            </div>
            <div>{button}</div>
          </nav>
          {chosen && <InboxView key={chosen} id={chosen} />}
        </div>
      )}
    </Card>
  );
}

function InboxFault({ error }: { error: unknown }) {
  const { message, requestId } = toApiError(error);
  return <Fault title="That did not work" message={message} requestId={requestId} />;
}

function InboxView({ id }: { id: string }) {
  const inbox = useInbox(id);
  const test = useTestCallback();
  const remove = useRemoveInbox();
  const go = useGo();
  const reason = useRoleReason('member');
  const [isRemoving, setRemoving] = useState(false);
  if (inbox.isError && toApiError(inbox.error).status === 404) {
    return (
      <NotFound title="No such inbox">
        It ended after its day, was removed, or is of another account.
      </NotFound>
    );
  }
  if (!inbox.data) return inbox.isError ? <InboxFault error={inbox.error} /> : <Skeleton height={200} />;
  const { url, expires_at: expiresAt, requests } = inbox.data;
  return (
    <section className={styles.stack} aria-label="Inbox">
      <Code text={url} label="Address of the inbox" wraps />
      <div className={styles.secret}>
        <span className={styles.grow}>
          Ends <Time at={expiresAt} />. The last 50 requests are kept.
        </span>
        <Button
          size="small"
          icon={<Send size={14} aria-hidden />}
          disabledReason={reason}
          isBusy={test.isPending}
          onClick={() => test.mutate(url)}
        >
          Send a test here
        </Button>
        <IconButton
          size="small"
          label="Remove the inbox"
          disabledReason={reason}
          onClick={() => setRemoving(true)}
        >
          <Trash2 size={16} aria-hidden />
        </IconButton>
      </div>
      {(test.error ?? remove.error) && <InboxFault error={test.error ?? remove.error} />}
      {requests.length === 0 ? (
        <p className={styles.words}>Nothing came yet. What is posted appears here by itself.</p>
      ) : (
        <div className={styles.tries}>
          {requests.map((request, at) => (
            <Request key={request.id} request={request} isOpen={at === 0} />
          ))}
        </div>
      )}
      <Confirm
        isOpen={isRemoving}
        onClose={() => setRemoving(false)}
        title="Remove this inbox?"
        verb="Remove"
        isBusy={remove.isPending}
        onConfirm={() =>
          remove.mutate(id, { onSuccess: () => go(paths.callbacks({ view: VIEW }), { replace: true }) })
        }
      >
        <p>What is in it goes too, and callbacks to its address are refused.</p>
      </Confirm>
    </section>
  );
}

function Request({ request, isOpen }: { request: InboxRequest; isOpen: boolean }) {
  const { method, query, headers, body, body_bytes: bytes, signature } = request;
  const isCut = new TextEncoder().encode(body).length < bytes;
  return (
    <details className={styles.try} open={isOpen}>
      <summary>
        <strong>{method}</strong>
        <SignatureChip signature={signature} />
        <span className={styles.quiet}>{bytes.toLocaleString('en-US')} bytes</span>
        <span className={styles.end}>
          <Time at={request.received_at} />
        </span>
      </summary>
      <div className={styles.inside}>
        {query && <Code text={`?${query}`} label="Query" wraps />}
        <h4 className={styles.label}>Headers</h4>
        <Code text={headerLines(headers)} label="Headers" wraps />
        <h4 className={styles.label}>{isCut ? 'Body, its first 256 KiB' : 'Body'}</h4>
        <Code text={indent(body) || '(empty)'} label="Body" wraps />
      </div>
    </details>
  );
}
