// The list of tasks: what was asked for, newest first, and how far it is.
import { Rows3 } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { toApiError } from '../../api/client.ts';
import { useLiveTasks } from '../../api/live.ts';
import { useRoleReason, useScope } from '../../api/queries.ts';
import { filterOf, useCancelTasks, useTaskList, wordsOfCancelled } from '../../api/tasks.ts';
import type { ListedTask, LiveTask } from '../../api/wire.ts';
import { paths } from '../../paths.ts';
import { useGo, useSearch } from '../../shell/address.ts';
import { LinkButton } from '../../shell/link.tsx';
import { Empty, Fault, Skeleton, ZeroRows } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { Table } from '../../ui/table.tsx';
import { describeFilter, Filters } from './filters.tsx';
import { COLUMNS, TaskRow } from './task-row.tsx';
import styles from './tasks.module.css';
import { stepOf } from './walk.ts';

const ROWS_AT_FIRST = 8;
const NONE: ReadonlySet<string> = new Set();

/** Whether a new task may belong to the list, as far as the stream says enough of it. */
function mayFit(filter: Record<string, string>, { model, status }: LiveTask): boolean {
  const { model: wanted, status: asked, ...rest } = filter;
  const isAsked = asked === undefined || asked === status;
  return isAsked && (wanted === undefined || wanted === model) && Object.keys(rest).length === 0;
}

interface Gathered {
  shown: ListedTask[];
  /** How many are new and not shown yet. */
  fresh: number;
  /** Shows all that the list has by now. */
  show: (rows: readonly ListedTask[]) => void;
}

/**
 * New tasks gather, and do not push the rows that are looked at: be it that the stream names them, or that the list was
 * read again for another reason. Ids sort by the time of their creation.
 */
function useGathered(rows: ListedTask[], filter: Record<string, string>, isLoaded: boolean): Gathered {
  const list = JSON.stringify(useScope()('tasks', filter));
  const [streamed, setStreamed] = useState(NONE);
  const [mark, setMark] = useState({ list: '', newest: '' });
  const isMarked = mark.list === list;
  const show = (all: readonly ListedTask[]) => {
    setMark({ list, newest: all[0]?.id ?? '' });
    setStreamed(NONE);
  };
  if (isLoaded && !isMarked) show(rows);
  const newest = isMarked ? mark.newest : (rows[0]?.id ?? '');
  const listener = useCallback(
    (task: LiveTask) => {
      if (task.task_id <= newest || !mayFit(filter, task)) return;
      setStreamed((before) => (before.has(task.task_id) ? before : new Set([...before, task.task_id])));
    },
    [newest, filter],
  );
  useLiveTasks(listener);
  const held = rows.filter(({ id }) => id > newest).map(({ id }) => id);
  return {
    shown: rows.filter(({ id }) => id <= newest),
    fresh: isLoaded ? new Set([...held, ...streamed]).size : 0,
    show,
  };
}

/** `j` and `k` walk the rows that are shown. */
function useWalk(): void {
  useEffect(() => {
    const walk = (event: KeyboardEvent) => {
      const step = stepOf(event);
      if (step === 0) return;
      const links = [...document.querySelectorAll<HTMLAnchorElement>('a[data-row]')];
      const at = links.indexOf(document.activeElement as HTMLAnchorElement);
      const next = links[Math.min(links.length - 1, Math.max(0, at + step))];
      next?.focus();
    };
    document.addEventListener('keydown', walk);
    return () => document.removeEventListener('keydown', walk);
  }, []);
}

interface Selection {
  ids: ReadonlySet<string>;
  toggle: (id: string) => void;
}

function useSelection(rows: readonly ListedTask[]): Selection & { chosen: string[]; clear: () => void } {
  const [ids, setIds] = useState(NONE);
  const toggle = useCallback(
    (id: string) =>
      setIds((before) => {
        const next = new Set(before);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
    [],
  );
  // One that began meanwhile is not cancelled by a click that was meant for a waiting one.
  const chosen = rows.filter(({ id, state }) => ids.has(id) && state === 'pending').map(({ id }) => id);
  return { ids, toggle, chosen, clear: () => setIds(NONE) };
}

export function TasksPage() {
  const [search] = useSearch();
  const filter = useMemo(() => filterOf(search), [search]);
  const list = useTaskList(filter);
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const selection = useSelection(rows);
  const isEmpty = list.data !== undefined && rows.length === 0 && Object.keys(filter).length === 0;
  useWalk();
  const { refetch } = list;
  // The first task of an account takes the place of the words about none.
  useLiveTasks(useCallback(() => void (isEmpty && refetch()), [isEmpty, refetch]));
  return (
    <Page
      title="Tasks"
      range={describeFilter(search)}
      actions={<CancelChosen chosen={selection.chosen} onDone={selection.clear} />}
    >
      {isEmpty ? (
        <NothingAsked />
      ) : (
        <TaskList list={list} rows={rows} selection={selection} filter={filter} />
      )}
    </Page>
  );
}

function CancelChosen({ chosen, onDone }: { chosen: string[]; onDone: () => void }) {
  const [done, setDone] = useState(0);
  const cancel = useCancelTasks(setDone);
  const reason = useRoleReason('member');
  const asked = cancel.variables?.length ?? 0;
  const count = chosen.length;
  return (
    <>
      <span role="status">
        {cancel.isPending ? `Cancelling, ${done} of ${asked} done` : ''}
        {cancel.data ? wordsOfCancelled(cancel.data) : ''}
      </span>
      {cancel.isError && <span role="alert">{toApiError(cancel.error).message}</span>}
      {(count > 0 || cancel.isPending) && (
        <Button
          variant="danger"
          isBusy={cancel.isPending}
          disabledReason={reason}
          onClick={() => cancel.mutate(chosen, { onSuccess: onDone })}
        >
          {cancel.isPending ? 'Cancelling' : `Cancel ${count}`}
        </Button>
      )}
    </>
  );
}

function TaskList({
  list,
  rows,
  selection,
  filter,
}: {
  list: ReturnType<typeof useTaskList>;
  rows: ListedTask[];
  selection: Selection;
  filter: Record<string, string>;
}) {
  const go = useGo();
  const { shown, fresh, show } = useGathered(rows, filter, list.data !== undefined);
  if (list.isError && !list.data) {
    const { message, requestId } = toApiError(list.error);
    return (
      <Fault
        title="The tasks could not be read"
        message={message}
        requestId={requestId}
        onRetry={() => list.refetch()}
      />
    );
  }
  return (
    <Card isFlush>
      <Filters />
      {fresh > 0 && (
        <button
          type="button"
          className={styles.fresh}
          onClick={() => void list.refetch().then(({ data }) => show(data?.pages[0]?.items ?? rows))}
        >
          {fresh} new
        </button>
      )}
      <Table label="Tasks" columns={COLUMNS}>
        {shown.map((task) => (
          <TaskRow
            key={task.id}
            task={task}
            href={paths.task(task.id, filter)}
            isSelected={selection.ids.has(task.id)}
            onToggle={selection.toggle}
          />
        ))}
        {list.data && shown.length === 0 && !list.hasNextPage && (
          <ZeroRows columns={COLUMNS.length} onClear={() => go(paths.tasks())} />
        )}
        {list.isPending && <SkeletonRows />}
      </Table>
      {list.hasNextPage && (
        <div className={styles.more}>
          {rows.length === 0 && <span>None among the newest 5,000 tasks.</span>}
          <Button size="small" isBusy={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
            {filter.q ? 'Search older ones' : 'Show older'}
          </Button>
        </div>
      )}
    </Card>
  );
}

function SkeletonRows() {
  return Array.from({ length: ROWS_AT_FIRST }, (_, at) => at).map((at) => (
    <tr key={at}>
      <td colSpan={COLUMNS.length}>
        <Skeleton height={40} />
      </td>
    </tr>
  ));
}

function NothingAsked() {
  return (
    <Card>
      <Empty
        icon={<Rows3 size={24} aria-hidden />}
        title="No tasks yet"
        action={
          <LinkButton variant="primary" href={paths.playground()}>
            Open the playground
          </LinkButton>
        }
      >
        What is asked for here or by a key becomes a task: what was asked, how far it is, what it cost.
      </Empty>
    </Card>
  );
}
