import { useQuery } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { toApiError } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';
import { useTaskDetail } from '../../api/task.ts';
import { statementQuery } from '../../api/usage.ts';
import type { Movement } from '../../api/wire.ts';
import { FaultOf } from '../../parts/fault-of.tsx';
import { paths } from '../../paths.ts';
import { useSearch } from '../../shell/address.ts';
import { Link } from '../../shell/link.tsx';
import { Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { Money } from '../../ui/money.tsx';
import { Card } from '../../ui/page.tsx';
import { type Column, Row, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './usage.module.css';

const COLUMNS: readonly Column[] = [
  { name: 'When', isNarrow: true },
  { name: 'What' },
  { name: 'Credits', isRight: true, isNarrow: true },
  { name: 'Balance', isRight: true, isNarrow: true },
];

const WORDS: Record<Movement['kind'], string> = { grant: 'Grant', adjust: 'Correction', capture: 'Task' };

/** Every movement of credits, newest first, with the balance after it. */
export function StatementCard() {
  const session = useSession();
  const [search, change] = useSearch();
  const { task, after } = search;
  const { data, error, refetch } = useQuery(statementQuery(session, { task, after }));
  return (
    <Card
      title="Statement"
      isFlush
      actions={
        task && (
          <Button size="small" onClick={() => change({ task: undefined, after: undefined })}>
            Show all tasks
          </Button>
        )
      }
    >
      {error && (
        <div className={styles.padded}>
          <FaultOf
            error={toApiError(error)}
            title="The statement could not be read"
            onRetry={() => refetch()}
          />
        </div>
      )}
      {!data && !error && (
        <div className={styles.padded}>
          <Skeleton height={160} />
        </div>
      )}
      {!task && data?.items.length === 0 && <p className={styles.padded}>No credits have moved yet.</p>}
      {task && data && <LinesOfTask id={task} movements={data.items} />}
      {!task && data && data.items.length > 0 && (
        <Table label="Statement" columns={COLUMNS}>
          {data.items.map((row) => (
            <Row key={row.id} columns={COLUMNS} cells={cellsOf(row)} />
          ))}
        </Table>
      )}
      {(after || data?.next) && (
        <div className={styles.foot}>
          {after && (
            <Button size="small" onClick={() => change({ after: undefined })}>
              Newest
            </Button>
          )}
          {data?.next && (
            <Button size="small" onClick={() => change({ after: data.next ?? undefined })}>
              Older
            </Button>
          )}
        </div>
      )}
    </Card>
  );
}

function cellsOf({ kind, task_id, reason, credits, balance, created_at }: Movement) {
  const what = task_id ? (
    <Link key="what" href={paths.task(task_id)} className={styles.whole}>
      {WORDS[kind]} <span className="mono">…{task_id.slice(-6)}</span>
    </Link>
  ) : (
    <span key="what">
      {WORDS[kind]}
      {reason && <span className={styles.quiet}> · {reason}</span>}
    </span>
  );
  return [
    <Time key="when" at={created_at} />,
    what,
    <Money key="credits" credits={credits} />,
    <Money key="balance" credits={balance} />,
  ];
}

/**
 * What a task did to the credits, newest first: what was set aside for it, what was taken, what went back. Only what was
 * taken moves the balance.
 */
function LinesOfTask({ id, movements }: { id: string; movements: readonly Movement[] }) {
  const { data: task, error } = useTaskDetail(id);
  const line = useRouterState({ select: ({ location }) => location.hash });
  if (error) return <p className={styles.padded}>No such task in this account.</p>;
  if (!task) return null;
  const { price, charged, created_at, completed_at } = task;
  const back = charged === null ? 0 : Number((price - charged).toFixed(6));
  const aside = (word: string, at: string, credits: number) => [
    <Time key="when" at={at} />,
    <span key="what">
      {word} <span className={styles.quiet}>· the balance stays</span>
    </span>,
    <Money key="credits" credits={credits} />,
    '',
  ];
  return (
    <Table label="Statement" columns={COLUMNS}>
      {completed_at !== null && back > 0 && (
        <Row
          columns={COLUMNS}
          cells={aside('Given back', completed_at, back)}
          isMarked={line === 'given-back'}
        />
      )}
      {movements.map((row) => (
        <Row key={row.id} columns={COLUMNS} cells={cellsOf(row)} isMarked={line === 'charged'} />
      ))}
      <Row columns={COLUMNS} cells={aside('Set aside', created_at, price)} isMarked={line === 'held'} />
    </Table>
  );
}
