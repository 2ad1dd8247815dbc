// Tasks that nothing may end by itself soon: a provider that may or may not have them, cannot be read, or keeps the file.
// Each says what to do about it, and has the acts that do it.

import { useState } from 'react';
import { useOperatorAct } from '../../api/operator.ts';
import type { StuckTask } from '../../api/wire.ts';
import { paths } from '../../paths.ts';
import { Link } from '../../shell/link.tsx';
import { Button } from '../../ui/button.tsx';
import { Segments } from '../../ui/choices.tsx';
import { Id } from '../../ui/copy.tsx';
import { TextField } from '../../ui/fields.tsx';
import { formatCredits, Money } from '../../ui/money.tsx';
import { Sheet } from '../../ui/overlays.tsx';
import { State } from '../../ui/state.tsx';
import type { Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { TypedWord, untypedReason } from '../../ui/typed-word.tsx';
import type { Bulk } from './bulk.tsx';
import { ActFault, OperatorList, OperatorPage, toMs } from './frame.tsx';
import styles from './operator.module.css';

const COLUMNS: readonly Column[] = [
  { name: 'Task' },
  { name: 'What is known', isWideOnly: true },
  { name: 'What to do', isWideOnly: true },
  { name: 'Held', isRight: true, isNarrow: true, isWideOnly: true },
  { name: 'Ends by itself', isRight: true, isNarrow: true, isWideOnly: true },
  { name: 'Act', isNameHidden: true, isNarrow: true },
];

const BULK: Bulk<StuckTask> = {
  nameOf: ({ id, account }) => `…${id.slice(-6)} of ${account}`,
  acts: [
    {
      verb: 'End',
      doing: 'Ending',
      done: 'ended, nothing charged',
      canDo: () => true,
      callOf: ({ id }, reason) => ({
        method: 'post',
        path: `/tasks/${id}/settle`,
        body: { as: 'failed', reason },
      }),
      ask: {
        words:
          'They end as failed, the credits that are typed below go back, and each client gets a callback. What the providers still make of them is your loss.',
        wordOf: (tasks) => formatCredits(sumOf(tasks.map(({ price }) => price))),
        reason: 'The clients read it',
      },
    },
  ],
};

const MICROS = 1_000_000;

/** Exact to the millionth, as credits are. */
function sumOf(credits: readonly number[]): number {
  return credits.reduce((sum, each) => sum + Math.round(each * MICROS), 0) / MICROS;
}

export function UnknownPage() {
  const [open, setOpen] = useState<StuckTask>();
  return (
    <OperatorPage
      title="Unknown outcomes"
      lead="Nothing is sent to a provider twice. Where nobody knows, the task waits, is looked up, and ends uncharged."
    >
      <OperatorList<StuckTask>
        label="Unknown outcomes"
        path="/tasks"
        query={{ status: 'stuck', order: 'oldest' }}
        columns={COLUMNS}
        idOf={({ id }) => id}
        cells={(task) => [
          <span key="task">
            <Id id={task.id} short /> {task.model}
            <span className={styles.below}>
              <Link href={paths.operatorAccount(task.account_id)}>{task.account}</Link>, {task.book}
            </span>
            <span className={styles.phoneOnly}>{adviseOn(task)}</span>
          </span>,
          <Known key="known" task={task} />,
          <span key="do">{adviseOn(task)}</span>,
          <Money key="held" credits={task.price} />,
          <Time key="ends" at={toMs(task.deadline_at)} />,
          <Button key="act" size="small" aria-label={`End ${task.id}`} onClick={() => setOpen(task)}>
            End it
          </Button>,
        ]}
        bulk={BULK}
        empty={{ title: 'Every outcome is known', words: 'No task waits for an answer that may never come.' }}
      />
      {open && <EndSheet key={open.id} task={open} onClose={() => setOpen(undefined)} />}
    </OperatorPage>
  );
}

function Known({ task }: { task: StuckTask }) {
  if (task.unfetched_at !== null)
    return <State kind="running" detail={`made at ${task.provider}, no file yet`} />;
  if (task.unreadable_at !== null) return <State kind="unknown" detail={`${task.provider} cannot be read`} />;
  return <State kind="unknown" detail={`${task.provider} may have it`} />;
}

/** The next step, in a sentence. */
function adviseOn({ unfetched_at, unreadable_at, provider }: StuckTask): string {
  if (unfetched_at !== null)
    return `The file is asked for again. If it is in the console of ${provider}, store it with reelay tasks settle.`;
  if (unreadable_at !== null)
    return `Look at the status page of ${provider}. Looks go on; end it if its client cannot wait.`;
  return `Search the console of ${provider} for this time. Not there: end it. There: wait, a look may still find it.`;
}

type End = 'failed' | 'cancelled';

function EndSheet({ task, onClose }: { task: StuckTask; onClose: () => void }) {
  const [as, setAs] = useState<End>('failed');
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const amount = formatCredits(task.price);
  const disabledReason = reason.trim() === '' ? 'Write what its client reads' : untypedReason(amount, typed);
  const act = useOperatorAct<{ given_back: number }>();
  const submit = () =>
    disabledReason === undefined &&
    act.mutate(
      { method: 'post', path: `/tasks/${task.id}/settle`, body: { as, reason } },
      { onSuccess: onClose },
    );
  return (
    <Sheet
      isOpen
      title="End the task without a charge"
      isDirty={reason !== ''}
      onClose={onClose}
      onSubmit={submit}
      foot={
        <Button variant="danger" type="submit" isBusy={act.isPending} disabledReason={disabledReason}>
          End it and give back {amount}
        </Button>
      }
    >
      <div className={styles.fields}>
        <p className={styles.words}>
          What {task.provider} still makes of it is stopped if it can be, or booked as your loss. The client
          gets a callback.
        </p>
        <Segments<End>
          label="Ends as"
          choices={[
            { value: 'failed', label: 'Failed' },
            { value: 'cancelled', label: 'Cancelled' },
          ]}
          value={as}
          onChange={setAs}
        />
        <TextField
          label="Reason"
          description="The client reads it"
          isRequired
          maxLength={300}
          value={reason}
          onChange={setReason}
        />
        <TypedWord word={amount} description="The credits that go back" value={typed} onChange={setTyped} />
        <ActFault title="The task was not ended" error={act.error} />
      </div>
    </Sheet>
  );
}
