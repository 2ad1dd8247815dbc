// What every page of operators has: who may see it, its list with all states, and the words of an act that failed.
import { type ReactNode, useState } from 'react';
import type { Query } from '../../api/client.ts';
import { toApiError } from '../../api/client.ts';
import { useOperatorList, type useOperatorRead } from '../../api/operator.ts';
import { useMe } from '../../api/queries.ts';
import { useSearch } from '../../shell/address.ts';
import { Empty, Fault, Forbidden, Skeleton, ZeroRows } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { CheckField, Segments } from '../../ui/choices.tsx';
import { Card, Page, type PageProps } from '../../ui/page.tsx';
import { type Column, Row, Table } from '../../ui/table.tsx';
import { type Bulk, type RowSelection, SelectionBar, useRowSelection } from './bulk.tsx';
import styles from './operator.module.css';

const ROWS_AT_FIRST = ['one', 'two', 'three', 'four', 'five', 'six'];
const ROW_HEIGHT = 20;
const MS = 1_000;

/** The page of an operator; anybody else reads that an operator can open it. */
export function OperatorPage({ children, actions, ...rest }: PageProps) {
  const { person } = useMe();
  return (
    <Page {...rest} actions={person.operator ? actions : undefined}>
      {person.operator ? children : <Forbidden needs="an operator of this instance" />}
    </Page>
  );
}

/** Unix seconds as the milliseconds of `Time`. */
export function toMs(seconds: number): number {
  return seconds * MS;
}

/** What stands in place of something that could not be read; nothing while it is read, or there from before. */
export function ReadFault({
  title,
  read: { data, error, refetch },
}: {
  title: string;
  read: Pick<ReturnType<typeof useOperatorRead>, 'data' | 'error' | 'refetch'>;
}) {
  if (data || !error) return null;
  const { message, requestId } = toApiError(error);
  return <Fault title={title} {...{ message, requestId }} onRetry={() => void refetch()} />;
}

/** Why an act was refused; nothing while it was not. */
export function ActFault({ title, error }: { title: string; error: unknown }) {
  if (!error) return null;
  const { message, faults, requestId } = toApiError(error);
  return <Fault title={title} message={message} faults={faults} requestId={requestId} />;
}

interface ListProps<Item> {
  /** Shown above it, where a page has several lists. */
  title?: string;
  label: string;
  path: string;
  query?: Query;
  columns: readonly Column[];
  cells: (item: Item) => readonly ReactNode[];
  idOf: (item: Item) => string;
  empty: { title: string; words: ReactNode; action?: ReactNode };
  /** Above the table. */
  filters?: ReactNode;
  /** A choice of lists stands above: one that is empty says this in its place, and the choice stays. */
  zero?: string;
  /** Undefined while nothing narrows the list. */
  onClear?: () => void;
  /** Rows can be selected, and this be done to them. */
  bulk?: Bulk<Item>;
  /** Rows of a page at first, where fifty are few. */
  usual?: PageSize;
  /** It changes by itself, and is read again every few seconds. */
  isLive?: boolean;
}

const PAGE_SIZES = ['25', '50', '100', '200'] as const;
type PageSize = (typeof PAGE_SIZES)[number];
const USUAL_SIZE: PageSize = '50';

/** How many rows a page of the list has, as its address says. */
function usePageSize(usual = USUAL_SIZE): [PageSize, (size: PageSize) => void] {
  const [{ rows }, change] = useSearch();
  const size = PAGE_SIZES.find((each) => each === rows) ?? usual;
  return [size, (next) => change({ rows: next === usual ? undefined : next })];
}

/** A row of a list that is shown, by which its sheet opens; undefined while it is not read or not in the list. */
export function useListed<Item>(
  path: string,
  query: Query,
  matches: (item: Item) => boolean,
): Item | undefined {
  const [size] = usePageSize();
  const { data } = useOperatorList<Item>(path, { ...query, limit: size });
  return data?.pages.flatMap(({ items }) => items).find(matches);
}

/** A list with its five states, and a button for what follows. */
export function OperatorList<Item>(props: ListProps<Item>) {
  const { label, path, query, empty, filters, zero, onClear, bulk, idOf, usual } = props;
  const [size, setSize] = usePageSize(usual);
  const list = useOperatorList<Item>(path, { ...query, limit: size }, { isLive: props.isLive });
  const selection = useRowSelection();
  // What was done to the last rows of a list is still said when none is left.
  const [hasActed, setActed] = useState(false);
  const columns = bulk ? [SELECT, ...props.columns] : props.columns;
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? [];
  if (list.isError && !list.data) {
    const { message, requestId } = toApiError(list.error);
    const retry = () => void list.refetch();
    return <Fault title={`${label} could not be read`} {...{ message, requestId }} onRetry={retry} />;
  }
  if (list.data && rows.length === 0 && !onClear && !zero && !hasActed) {
    return (
      <Empty title={empty.title} action={empty.action}>
        {empty.words}
      </Empty>
    );
  }
  return (
    <Card title={props.title} isFlush>
      {filters}
      {bulk && (rows.length > 0 || list.isPending || hasActed) && (
        <SelectionBar {...{ bulk, rows, idOf, selection }} onRun={() => setActed(true)} />
      )}
      <Table label={label} columns={columns}>
        {rows.map((item) => {
          const select = bulk && <SelectCell key="select" {...{ bulk, item, idOf, selection }} />;
          const cells = props.cells(item);
          return <Row key={idOf(item)} columns={columns} cells={bulk ? [select, ...cells] : cells} />;
        })}
        {list.data && rows.length === 0 && (
          <ZeroRows
            columns={columns.length}
            words={zero ?? (hasActed ? `${empty.title}.` : undefined)}
            onClear={onClear}
          />
        )}
        {list.isPending && <SkeletonRows columns={columns} />}
      </Table>
      <ListFoot {...{ label, list, size, setSize }} isUsual={size === (usual ?? USUAL_SIZE)} />
    </Card>
  );
}

/** What follows, and how many rows a page has; nothing where there is no choice. */
function ListFoot({
  label,
  list,
  size,
  setSize,
  isUsual,
}: {
  label: string;
  list: Pick<ReturnType<typeof useOperatorList>, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>;
  size: PageSize;
  setSize: (size: PageSize) => void;
  isUsual: boolean;
}) {
  if (!list.hasNextPage && isUsual) return null;
  return (
    <div className={styles.more}>
      {list.hasNextPage && (
        <Button size="small" isBusy={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
          Show more
        </Button>
      )}
      <Segments<PageSize>
        label={`Rows a page of ${label}`}
        isLabelHidden
        choices={PAGE_SIZES.map((value) => ({ value, label: value }))}
        value={size}
        onChange={setSize}
      />
      <span className={styles.note} aria-hidden="true">
        rows a page
      </span>
    </div>
  );
}

const SELECT: Column = { name: 'Select', isNameHidden: true, isNarrow: true };

function SelectCell<Item>({
  bulk,
  item,
  idOf,
  selection,
}: {
  bulk: Bulk<Item>;
  item: Item;
  idOf: (item: Item) => string;
  selection: RowSelection;
}) {
  if (!bulk.acts.some(({ canDo }) => canDo(item))) return null;
  const id = idOf(item);
  return (
    <span className={styles.select}>
      <CheckField
        label={`Select: ${bulk.nameOf(item)}`}
        isLabelHidden
        isOn={selection.ids.has(id)}
        onChange={() => selection.toggle(id)}
      />
    </span>
  );
}

function SkeletonRows({ columns }: { columns: readonly Column[] }) {
  return ROWS_AT_FIRST.map((row) => (
    <Row
      key={row}
      columns={columns}
      cells={columns.map(({ name }) => <Skeleton key={name} height={ROW_HEIGHT} />)}
    />
  ));
}
