// Acts on several rows of a list at once: what is selected, what is asked before, how far it is, and what was refused.
import { useState } from 'react';
import { type ManyProgress, type OperatorCall, useManyActs } from '../../api/operator.ts';
import { Fault } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { CheckField } from '../../ui/choices.tsx';
import { TextField } from '../../ui/fields.tsx';
import { Confirm } from '../../ui/overlays.tsx';
import styles from './operator.module.css';

/** What can be done to the rows of a list. */
export interface BulkAct<Item> {
  /** On its button, before the number of rows: "Disable". */
  verb: string;
  /** While it goes on: "Disabling". */
  doing: string;
  /** Of a row afterwards: "disabled". */
  done: string;
  canDo: (item: Item) => boolean;
  /** @param reason what was written, if the act asks for a reason. */
  callOf: (item: Item, reason: string) => OperatorCall;
  /** Asked before it begins; an act without it begins at once. */
  ask?: {
    words: string;
    /** Typed first: an amount; without it the verb with the number of rows. */
    wordOf?: (items: readonly Item[]) => string;
    /** The description of the field for a reason. */
    reason?: string;
  };
}

export interface Bulk<Item> {
  acts: readonly BulkAct<Item>[];
  nameOf: (item: Item) => string;
}

const NONE: ReadonlySet<string> = new Set();

export interface RowSelection {
  ids: ReadonlySet<string>;
  toggle: (id: string) => void;
  set: (ids: ReadonlySet<string>) => void;
}

export function useRowSelection(): RowSelection {
  const [ids, set] = useState(NONE);
  const toggle = (id: string) =>
    set((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return { ids, toggle, set };
}

interface BarProps<Item> {
  bulk: Bulk<Item>;
  /** The rows that are shown: nothing is done to one that is not. */
  rows: readonly Item[];
  idOf: (item: Item) => string;
  selection: RowSelection;
  /** Is called when an act begins. */
  onRun: () => void;
}

/** Above the table: selects all rows, and does something to those that are selected. */
export function SelectionBar<Item>({ bulk, rows, idOf, selection, onRun }: BarProps<Item>) {
  const [asking, setAsking] = useState<BulkAct<Item>>();
  const [ran, setRan] = useState<BulkAct<Item>>();
  const { progress, run, stop, clear } = useManyActs();
  const selectable = rows.filter((item) => bulk.acts.some(({ canDo }) => canDo(item)));
  const chosen = selectable.filter((item) => selection.ids.has(idOf(item)));
  const isAll = chosen.length > 0 && chosen.length === selectable.length;
  const begin = (act: BulkAct<Item>, reason = '') => {
    const items = chosen.filter(act.canDo);
    setAsking(undefined);
    setRan(act);
    onRun();
    selection.set(NONE);
    void run(
      items.map((item) => ({ id: idOf(item), name: bulk.nameOf(item), call: act.callOf(item, reason) })),
    );
  };
  return (
    <div className={styles.bar}>
      {selectable.length > 0 && (
        <CheckField
          label={chosen.length === 0 ? 'Select all that are shown' : `${chosen.length} selected`}
          isOn={isAll}
          onChange={(isOn) => {
            clear();
            selection.set(isOn ? new Set(selectable.map(idOf)) : NONE);
          }}
        />
      )}
      <span className={styles.barActs}>
        {progress?.isRunning && (
          <Button size="small" onClick={stop}>
            Stop
          </Button>
        )}
        {!progress?.isRunning &&
          bulk.acts.map((act) => {
            const count = chosen.filter(act.canDo).length;
            if (count === 0) return null;
            return (
              <Button
                key={act.verb}
                size="small"
                variant={act.ask ? 'danger' : undefined}
                onClick={() => (act.ask ? setAsking(act) : begin(act))}
              >
                {act.verb} {count}
              </Button>
            );
          })}
      </span>
      <span role="status" className={styles.barStatus}>
        {ran && progress && wordProgress(ran, progress)}
      </span>
      {ran && progress && progress.refused.length > 0 && (
        <Fault
          title={`${progress.refused.length} not ${ran.done}`}
          faults={progress.refused.map(({ name, message }) => `${name}: ${message}`)}
        />
      )}
      {asking && (
        <Asking
          act={asking}
          items={chosen.filter(asking.canDo)}
          nameOf={bulk.nameOf}
          onClose={() => setAsking(undefined)}
          onConfirm={(reason) => begin(asking, reason)}
        />
      )}
    </div>
  );
}

function wordProgress<Item>(
  { doing, done: word }: BulkAct<Item>,
  { total, done, refused, isRunning }: ManyProgress,
): string {
  const at = done.length + refused.length;
  if (isRunning) return `${doing} ${at + 1} of ${total}`;
  const left = total - at;
  return left > 0 ? `${done.length} ${word}, ${left} left as they were` : `${done.length} ${word}`;
}

const NAMES_MAX = 8;

function Asking<Item>({
  act,
  items,
  nameOf,
  onClose,
  onConfirm,
}: {
  act: BulkAct<Item>;
  items: readonly Item[];
  nameOf: (item: Item) => string;
  onClose: () => void;
  onConfirm: (reason: string) => void;
}) {
  const [reason, setReason] = useState('');
  const { verb, ask } = act;
  const names = items.slice(0, NAMES_MAX).map(nameOf).join(', ');
  const more = items.length - NAMES_MAX;
  const missing = ask?.reason !== undefined && reason.trim() === '';
  return (
    <Confirm
      isOpen
      onClose={onClose}
      title={`${verb} ${items.length}?`}
      verb={`${verb} ${items.length}`}
      word={ask?.wordOf?.(items) ?? `${verb.toLowerCase()} ${items.length}`}
      disabledReason={missing ? 'Write the reason' : undefined}
      onConfirm={() => onConfirm(reason)}
    >
      <p>{ask?.words}</p>
      <p className={styles.words}>
        {names}
        {more > 0 && ` and ${more} more`}
      </p>
      {ask?.reason !== undefined && (
        <TextField
          label="Reason"
          description={ask.reason}
          isRequired
          maxLength={300}
          value={reason}
          onChange={setReason}
        />
      )}
    </Confirm>
  );
}
