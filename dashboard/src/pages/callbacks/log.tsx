// The log: what was sent, what came of it, and when the next try is.

import { RotateCcw, Webhook } from 'lucide-react';
import { useCallbackLog, useReplayFailed } from '../../api/callbacks.ts';
import { toApiError } from '../../api/client.ts';
import { useRoleReason } from '../../api/queries.ts';
import type { Callback } from '../../api/wire.ts';
import {
  answerOf,
  CallbackStateChip,
  listStateFilters,
  nameOfOccasion,
} from '../../parts/callback-words.tsx';
import { paths } from '../../paths.ts';
import { useSearch } from '../../shell/address.ts';
import { FilterLinks, Link, LinkButton } from '../../shell/link.tsx';
import { Empty, Fault, Skeleton, ZeroRows } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { FilterTag } from '../../ui/filter-chips.tsx';
import { Card } from '../../ui/page.tsx';
import { type Column, Row, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './callbacks.module.css';

const COLUMNS: readonly Column[] = [
  { name: 'State', isNarrow: true },
  { name: 'About' },
  { name: 'Address', isWideOnly: true },
  { name: 'Last answer', isWideOnly: true },
  { name: 'Tries', isRight: true, isNarrow: true, isWideOnly: true },
  { name: 'Next try', isRight: true, isNarrow: true, isWideOnly: true },
  { name: 'Made', isRight: true, isNarrow: true, isWideOnly: true },
];
const ROW_HEIGHT = 41;
const ROWS_AT_FIRST = 8;

export function CallbackLog() {
  const [{ state, occasion }, change] = useSearch();
  const log = useCallbackLog({ state, occasion });
  const rows = log.data?.pages.flatMap(({ items }) => items) ?? [];
  const isFiltered = state !== undefined || occasion !== undefined;
  if (log.isError && !log.data) {
    const { message, requestId } = toApiError(log.error);
    return (
      <Fault
        title="The log could not be read"
        message={message}
        requestId={requestId}
        onRetry={() => log.refetch()}
      />
    );
  }
  if (log.data && rows.length === 0 && !isFiltered) return <NothingSent />;
  return (
    <Card isFlush>
      <Filters />
      <Table label="Callbacks" columns={COLUMNS}>
        {rows.map((row) => (
          <LogRow key={row.id} row={row} />
        ))}
        {log.data && rows.length === 0 && (
          <ZeroRows
            columns={COLUMNS.length}
            onClear={() => change({ state: undefined, occasion: undefined })}
          />
        )}
        {log.isPending && <SkeletonRows />}
      </Table>
      {log.hasNextPage && (
        <div className={styles.more}>
          <Button size="small" isBusy={log.isFetchingNextPage} onClick={() => log.fetchNextPage()}>
            Show older
          </Button>
        </div>
      )}
    </Card>
  );
}

function Filters() {
  const [{ state, occasion, id }, change] = useSearch();
  return (
    <div className={styles.filters}>
      <FilterLinks
        label="State"
        choices={listStateFilters(state, (value) => paths.callbacks({ state: value, occasion, id }))}
      />
      {occasion && (
        <FilterTag name="about" value={occasion} onRemove={() => change({ occasion: undefined })} />
      )}
      <ReplayFailed />
    </div>
  );
}

function ReplayFailed() {
  const replay = useReplayFailed();
  const reason = useRoleReason('member');
  const done = replay.data?.replayed;
  const said = done === 0 ? 'None to send again' : `${done} sent again`;
  return (
    <span aria-live="polite">
      <Button
        size="small"
        icon={<RotateCcw size={14} aria-hidden />}
        disabledReason={reason}
        isBusy={replay.isPending}
        onClick={() => replay.mutate(undefined)}
      >
        {replay.isError ? 'Try again' : done === undefined ? 'Replay all given up' : said}
      </Button>
    </span>
  );
}

function LogRow({ row }: { row: Callback }) {
  const [{ state, occasion }] = useSearch();
  return (
    <Row
      columns={COLUMNS}
      cells={[
        <CallbackStateChip key="state" state={row.state} />,
        <span key="about">
          <Link className={styles.rowLink} href={paths.callbacks({ state, occasion, id: row.id })}>
            {nameOfOccasion(row.occasion)}
            {row.task_id && <span className={styles.quiet}> …{row.task_id.slice(-6)}</span>}
          </Link>
          <span className={styles.below}>
            {row.last_try && <>{answerOf(row.last_try)} · </>}
            <span className={styles.cell}>
              <Time at={row.created_at} />
            </span>
          </span>
        </span>,
        <span key="url" className={styles.address} title={row.url}>
          {row.url}
        </span>,
        <span
          key="answer"
          className={classes(styles.address, styles.answer)}
          title={row.last_try ? answerOf(row.last_try) : undefined}
        >
          {row.last_try ? answerOf(row.last_try) : <span className={styles.quiet}>None yet</span>}
        </span>,
        row.tries,
        row.next_try_at ? (
          <span key="next" className={styles.cell}>
            <Time at={row.next_try_at} />
          </span>
        ) : (
          <span key="next" className={styles.quiet}>
            None
          </span>
        ),
        <span key="made" className={styles.cell}>
          <Time at={row.created_at} />
        </span>,
      ]}
    />
  );
}

function SkeletonRows() {
  return Array.from({ length: ROWS_AT_FIRST }, (_, at) => at).map((at) => (
    <tr key={at}>
      <td colSpan={COLUMNS.length}>
        <Skeleton height={ROW_HEIGHT - 21} />
      </td>
    </tr>
  ));
}

function NothingSent() {
  return (
    <Card>
      <Empty
        icon={<Webhook size={24} aria-hidden />}
        title="Nothing was sent yet"
        action={
          <LinkButton variant="primary" href={paths.callbacks({ view: 'inboxes' })}>
            Make an inbox
          </LinkButton>
        }
      >
        Give a task a <code>callback_url</code>, and what is posted there is listed here with every try.
        Without a receiver of your own, an inbox on this server shows what would come.
      </Empty>
    </Card>
  );
}
