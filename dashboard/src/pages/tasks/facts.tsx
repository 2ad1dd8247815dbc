// The facts beside the stage: what it is, what it cost, what it was made from, what was sent about it.
import { useState } from 'react';
import { useCallbacksOf } from '../../api/callbacks-of.ts';
import { isOpen } from '../../api/task.ts';
import { useRawTask } from '../../api/tasks.ts';
import type { TaskDetail } from '../../api/wire.ts';
import { Pictures } from '../../parts/pictures.tsx';
import { paths } from '../../paths.ts';
import { Link } from '../../shell/link.tsx';
import { Code } from '../../ui/code.tsx';
import { Id } from '../../ui/copy.tsx';
import { Money } from '../../ui/money.tsx';
import { Card, Facts } from '../../ui/page.tsx';
import { formatLength, Time } from '../../ui/time.tsx';
import styles from './task.module.css';

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function sizeOf({ usage }: TaskDetail): string | undefined {
  const [width, height] = [textOf(usage.width), textOf(usage.height)];
  return width && height ? `${width} × ${height}` : undefined;
}

function tookOf({ started_at: from, completed_at: to }: TaskDetail): string | undefined {
  return from && to ? formatLength(Date.parse(to) - Date.parse(from)) : undefined;
}

export function TaskFacts({ task }: { task: TaskDetail }) {
  return (
    <Card title="Facts">
      <Facts
        items={[
          ['Id', <Id key="id" id={task.id} short />],
          [
            'Model',
            <Link key="model" href={paths.model(task.model)}>
              {task.model}
            </Link>,
          ],
          ['Provider', task.provider],
          ['Model version', task.model_version],
          ['Key', task.key.name ?? <Id key="key" id={task.key.id} short />],
          ['Made in', task.source === 'playground' ? 'the playground' : undefined],
          ['Created', <Time key="created" at={task.created_at} />],
          ['Took', tookOf(task)],
          ['Size', sizeOf(task)],
          ['Seed', textOf(task.usage.seed)],
          ...Object.entries(task.metadata).map(
            ([name, value]) =>
              [
                name,
                <Link key={name} href={paths.tasks({ [`metadata.${name}`]: value })}>
                  {value || '(empty)'}
                </Link>,
              ] as const,
          ),
        ]}
      />
    </Card>
  );
}

export function TaskMoney({ task }: { task: TaskDetail }) {
  const link = (line: string, credits: number) => (
    <Link key={line} href={paths.statementLine(task.id, line)}>
      <Money credits={credits} hasUnit />
    </Link>
  );
  const givenBack = task.charged === null ? 0 : task.price - task.charged;
  return (
    <Card title="Money">
      <Facts
        items={[
          [isOpen(task) ? 'Held' : 'Was held', link('held', task.price)],
          // Nothing was taken: then there is no such line.
          ['Charged', task.charged ? link('charged', task.charged) : chargedWords(task)],
          ['Given back', givenBack > 0 ? link('given-back', Number(givenBack.toFixed(6))) : undefined],
        ]}
      />
    </Card>
  );
}

function chargedWords({ charged }: TaskDetail) {
  return charged === null ? undefined : <Money key="nothing" credits={0} hasUnit />;
}

export function TaskInput({ task }: { task: TaskDetail }) {
  return (
    <Card title="Input">
      <Pictures task={task} />
      <Code text={JSON.stringify(task.input, null, 2)} label="Input" wraps />
    </Card>
  );
}

export function TaskCallbacks({ task }: { task: TaskDetail }) {
  const { data } = useCallbacksOf(task.callback_url === null ? undefined : task.id);
  if (task.callback_url === null) return null;
  return (
    <Card title="Callbacks">
      <div className={styles.lines}>
        <span className={styles.line}>{task.callback_url}</span>
        {data?.items.map(({ id, state, tries, last_try: last }) => (
          <span key={id} className={styles.line}>
            <Link href={paths.callbacks({ id })}>
              {state}, {tries} {tries === 1 ? 'try' : 'tries'}
            </Link>
            <span className={styles.quiet}>
              {last?.error ?? (last?.http_status && `answered ${last.http_status}`)}
            </span>
          </span>
        ))}
        {data?.items.length === 0 && <span className={styles.quiet}>Sent once the task has ended.</span>}
      </div>
    </Card>
  );
}

export function RawTask({ task }: { task: TaskDetail }) {
  const [isOn, setOn] = useState(false);
  const raw = useRawTask(task.id, isOn);
  return (
    <Card>
      <details className={styles.raw} onToggle={(event) => setOn(event.currentTarget.open)}>
        <summary>As the API has it</summary>
        {raw.data && <Code text={JSON.stringify(raw.data, null, 2)} label="Task as JSON" />}
        {raw.isError && <p role="alert">It could not be read. Close this and open it again.</p>}
      </details>
    </Card>
  );
}
