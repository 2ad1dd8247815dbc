import type { ReactNode } from 'react';
import type { UsageReport, UsageRow } from '../../api/wire.ts';
import { BarChart } from '../../ui/bars.tsx';
import { Skeleton } from '../../ui/blanks.tsx';
import { formatCredits } from '../../ui/money.tsx';
import { Card } from '../../ui/page.tsx';
import { type Column, Row, Table } from '../../ui/table.tsx';
import styles from './usage.module.css';

const BARS_MAX = 31;
const NAMES: Record<string, string> = {
  day: 'Day',
  model: 'Model',
  key: 'Key',
  state: 'State',
  metadata: 'Text',
};

/** What a row is called; a task without the text of its group has none. */
function nameOf({ name, label }: UsageRow): string {
  return label ?? name ?? 'without';
}

/** The chart, and below it every row of it as a table. */
export function UsageCard({ report, group }: { report: UsageReport | undefined; group: string }) {
  if (!report) {
    return (
      <Card>
        <Skeleton height={360} />
      </Card>
    );
  }
  const columns: readonly Column[] = [
    { name: NAMES[group] ?? 'Name' },
    { name: 'Tasks', isRight: true, isNarrow: true },
    { name: 'Done', isRight: true, isNarrow: true, isWideOnly: true },
    { name: 'Failed', isRight: true, isNarrow: true, isWideOnly: true },
    { name: 'Held', isRight: true, isNarrow: true, isWideOnly: true },
    { name: 'Credits', isRight: true, isNarrow: true },
  ];
  const { rows, sum } = report;
  const bars = (group === 'day' ? rows.slice(-366) : rows.slice(0, BARS_MAX)).map((row) => ({
    id: row.name ?? '',
    name: nameOf(row),
    value: row.credits,
    title: `${nameOf(row)}: ${formatCredits(row.credits)} credits, ${row.tasks} tasks`,
  }));
  const listed = group === 'day' ? rows.filter(({ tasks }) => tasks > 0).toReversed() : rows;
  const most = rows.reduce((max, { credits }) => Math.max(max, credits), 0);
  return (
    <Card isFlush>
      <div className={styles.padded}>
        <BarChart
          bars={bars}
          max={most === 0 ? 'No credits were spent in this time' : `${formatCredits(most)} credits at most`}
          label={`Credits by ${NAMES[group]?.toLowerCase()}: ${formatCredits(sum.credits)} in all`}
        />
      </div>
      <Table label="Usage" columns={columns}>
        {listed.map((row) => (
          <Row key={row.name ?? ''} columns={columns} cells={cellsOf(nameOf(row), row)} />
        ))}
        <Row columns={columns} cells={cellsOf('Sum', sum).map(toSum)} />
      </Table>
      {listed.length < rows.length && (
        <p className={styles.left}>Days without a task are in the chart and the file, not in the table.</p>
      )}
    </Card>
  );
}

function toSum(text: string): ReactNode {
  return (
    <span key={text} className={styles.sum}>
      {text}
    </span>
  );
}

function cellsOf(name: string, { tasks, succeeded, failed, held, credits }: UsageReport['sum']): string[] {
  return [
    name,
    String(tasks),
    String(succeeded),
    String(failed),
    formatCredits(held),
    formatCredits(credits),
  ];
}
