// How the installation is: each figure leads to its list, and is red only when somebody must act.

import { toApiError } from '../../api/client.ts';
import { useOperatorAct, useOperatorRead } from '../../api/operator.ts';
import type { Overview } from '../../api/wire.ts';
import { paths } from '../../paths.ts';
import { Link } from '../../shell/link.tsx';
import { Fault, Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { formatCredits } from '../../ui/money.tsx';
import { formatLength } from '../../ui/time.tsx';
import { ActFault, OperatorPage } from './frame.tsx';
import styles from './operator.module.css';

const AUDIT_IS_OLD_SECONDS = 300;
const WAITS_LONG_SECONDS = 300;
const FIGURES_AT_FIRST = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const FIGURE_HEIGHT = 106;
const MS = 1_000;

interface Figure {
  name: string;
  value: string;
  note: string;
  href?: string;
  isBad?: boolean;
}

function span(seconds: number): string {
  return seconds < 1 ? 'none' : formatLength(seconds * MS);
}

function ledgerFigures({ violations, audit_age_seconds: age, losses }: Overview): Figure[] {
  const broken = violations.reduce((sum, { count }) => sum + count, 0);
  return [
    {
      name: 'Ledger violations',
      value: String(broken),
      note: broken === 0 ? 'Every invariant holds' : violations.map(({ invariant }) => invariant).join(', '),
      isBad: broken > 0,
    },
    {
      name: 'Last audit',
      value: age === null ? 'none yet' : `${span(age)} ago`,
      note: 'Each minute, by a worker',
      isBad: age !== null && age > AUDIT_IS_OLD_SECONDS,
    },
    {
      name: 'Losses',
      value: formatCredits(losses),
      note: 'Credits, since ever',
      href: paths.operatorLosses(),
    },
  ];
}

function queueFigures(figures: Overview): Figure[] {
  const open = figures.open.reduce((sum, { count }) => sum + count, 0);
  const stuck = figures.unknown + figures.unreadable + figures.unfetched;
  return [
    {
      name: 'Open tasks',
      value: String(open),
      note: figures.open.map(nameOpen).join(' · ') || 'Nothing to do',
    },
    {
      name: 'Oldest waiting',
      value: span(figures.oldest_waiting_seconds),
      note: 'Waits for a place or a worker',
      isBad: figures.oldest_waiting_seconds > WAITS_LONG_SECONDS,
    },
    {
      name: 'Unknown outcomes',
      value: String(figures.unknown),
      note:
        stuck > figures.unknown
          ? `${stuck - figures.unknown} more are unreadable`
          : 'Providers that may have it',
      href: paths.operatorUnknown(),
      isBad: figures.unknown > 0,
    },
    {
      name: 'Callbacks pending',
      value: String(figures.callbacks_pending),
      note: `Oldest: ${span(figures.oldest_callback_seconds)}`,
      href: paths.operatorCallbacks({ state: 'pending' }),
    },
  ];
}

function nameOpen({ count, state, book }: Overview['open'][number]): string {
  return `${count} ${state}, ${book}`;
}

function placeFigures({ nodes, credentials, maintenance }: Overview): Figure[] {
  const bad = credentials.filter(({ state }) => state === 'cooling' || state === 'unusable');
  const all = credentials.reduce((sum, { count }) => sum + count, 0);
  return [
    {
      name: 'Nodes',
      value: String(nodes),
      note: 'Workers that are seen',
      href: paths.operatorNodes(),
      isBad: nodes === 0,
    },
    {
      name: 'Provider accounts',
      value: String(all),
      note: credentials.map(({ state, count }) => `${count} ${state}`).join(' · ') || 'None yet',
      href: paths.operatorCredentials(),
      isBad: bad.length > 0,
    },
    {
      name: 'Maintenance',
      value: maintenance ? 'On' : 'Off',
      note: maintenance ? 'Creates are refused' : 'Creates are taken',
      href: paths.operatorSwitches(),
      isBad: maintenance,
    },
  ];
}

export function OverviewPage() {
  const audit = useOperatorAct<{ violations: unknown[] }>();
  const done = audit.data && `${audit.data.violations.length} violations found`;
  return (
    <OperatorPage
      title="Overview"
      lead="The whole instance, as of a few seconds ago. A figure leads to its list."
      actions={
        <Button isBusy={audit.isPending} onClick={() => audit.mutate({ method: 'post', path: '/audit' })}>
          {done ?? 'Prove the ledger now'}
        </Button>
      }
    >
      <ActFault title="The ledger could not be proven" error={audit.error} />
      <Figures />
    </OperatorPage>
  );
}

function Figures() {
  const overview = useOperatorRead<Overview>('/overview', { isLive: true });
  if (overview.isError && !overview.data) {
    const { message, requestId } = toApiError(overview.error);
    const retry = () => void overview.refetch();
    return <Fault title="The figures could not be read" {...{ message, requestId }} onRetry={retry} />;
  }
  const { data } = overview;
  if (!data) {
    return (
      <div className={styles.figures}>
        {FIGURES_AT_FIRST.map((name) => (
          <Skeleton key={name} height={FIGURE_HEIGHT} />
        ))}
      </div>
    );
  }
  const figures = [...ledgerFigures(data), ...queueFigures(data), ...placeFigures(data)];
  return (
    <div className={styles.figures}>
      {figures.map((figure) => (
        <FigureCard key={figure.name} {...figure} />
      ))}
    </div>
  );
}

function FigureCard({ name, value, note, href, isBad }: Figure) {
  const inner = (
    <>
      <div className={styles.name}>{name}</div>
      <div className={classes(styles.value, isBad && styles.bad)}>{value}</div>
      <div className={styles.note}>{note}</div>
    </>
  );
  if (!href) return <div className={styles.figure}>{inner}</div>;
  return (
    <Link className={styles.figure} href={href}>
      {inner}
    </Link>
  );
}
