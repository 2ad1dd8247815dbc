// One task: its result, what happened, what it cost and what it was made from, on one page.
import { useParams } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { ApiError, toApiError } from '../../api/client.ts';
import { useAccount } from '../../api/queries.ts';
import { useSession } from '../../api/session.ts';
import { useTaskDetail } from '../../api/task.ts';
import { filterOf, useTaskList } from '../../api/tasks.ts';
import type { TaskDetail } from '../../api/wire.ts';
import { paths } from '../../paths.ts';
import { useGo, useSearch } from '../../shell/address.ts';
import { Link, LinkButton } from '../../shell/link.tsx';
import { Fault, NotFound, Skeleton } from '../../ui/blanks.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { Actions } from './actions.tsx';
import { RawTask, TaskCallbacks, TaskFacts, TaskInput, TaskMoney } from './facts.tsx';
import { Result } from './result.tsx';
import styles from './task.module.css';
import { TaskState } from './task-row.tsx';
import { Attempts, Timeline } from './timeline.tsx';
import { stepOf } from './walk.ts';

/** `j` and `k` go to the next and the previous task of the list from which the person came. */
function useNeighbours(id: string, filter: Record<string, string>): void {
  const go = useGo();
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useTaskList(filter);
  const ids = data?.pages.flatMap(({ items }) => items.map((item) => item.id)) ?? [];
  useEffect(() => {
    const walk = (event: KeyboardEvent) => {
      const step = stepOf(event);
      if (step === 0) return;
      const at = ids.indexOf(id);
      const next = at < 0 ? undefined : ids[at + step];
      if (next !== undefined) go(paths.task(next, filter));
    };
    document.addEventListener('keydown', walk);
    return () => document.removeEventListener('keydown', walk);
  });
  // The next page is there before its first task is asked for.
  const isNearEnd = ids.length > 0 && ids.indexOf(id) >= ids.length - 2;
  useEffect(() => {
    if (isNearEnd && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [isNearEnd, hasNextPage, isFetchingNextPage, fetchNextPage]);
}

export function TaskPage() {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const [search] = useSearch();
  const filter = filterOf(search);
  const { data, error, refetch } = useTaskDetail(id);
  useNeighbours(id, filter);
  const crumb = (
    <>
      <Link href={paths.tasks(filter)}>Tasks</Link> / <span className="mono">{id}</span>
    </>
  );
  if (data) return <Loaded task={data} crumb={crumb} />;
  if (error instanceof ApiError && error.status === 404) return <NoSuchTask />;
  return (
    <Page title="Task" crumb={crumb}>
      {error ? <Unread error={error} onRetry={() => refetch()} /> : <Loading />}
    </Page>
  );
}

function Unread({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { message, requestId } = toApiError(error);
  return (
    <Fault title="The task could not be read" message={message} requestId={requestId} onRetry={onRetry} />
  );
}

function NoSuchTask() {
  const { name } = useAccount();
  const { mode } = useSession();
  return (
    <Page title="Task">
      <NotFound
        title="No such task in this account"
        action={<LinkButton href={paths.tasks()}>All tasks</LinkButton>}
      >
        You look at {name} in {mode} mode. The task may be of another account or mode, or it was removed with
        its files.
      </NotFound>
    </Page>
  );
}

function Loading() {
  return (
    <div className={styles.columns}>
      <div className={styles.column}>
        <Skeleton height={400} />
        <Skeleton height={200} />
      </div>
      <div className={styles.column}>
        <Skeleton height={240} />
        <Skeleton height={160} />
      </div>
    </div>
  );
}

function Loaded({ task, crumb }: { task: TaskDetail; crumb: ReactNode }) {
  return (
    <Page
      title={task.model}
      range={<TaskState task={task} />}
      crumb={crumb}
      actions={<Actions task={task} />}
    >
      <div className={styles.columns}>
        <div className={styles.column}>
          <Result task={task} />
          {task.prompt && (
            <Card title="Prompt">
              <p className={styles.prompt}>{task.prompt}</p>
            </Card>
          )}
          <Timeline task={task} />
          <Attempts task={task} />
        </div>
        <div className={styles.column}>
          <TaskFacts task={task} />
          <TaskMoney task={task} />
          <TaskInput task={task} />
          <TaskCallbacks task={task} />
          <RawTask task={task} />
        </div>
      </div>
    </Page>
  );
}
