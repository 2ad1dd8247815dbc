// The state of the playground: models and tasks stand in the query of the address, what was entered in its fragment.

import { type Dispatch, type SetStateAction, useCallback, useEffect, useRef, useState } from 'react';
import { useTaskDetail } from '../../api/task.ts';
import { decodeDraft } from '../../parts/draft-fragment.ts';
import { useSearch } from '../../shell/address.ts';
import { useDraftAddress } from './draft-address.ts';
import type { Values } from './form.ts';
import { recentModels, rememberModel } from './recent-models.ts';
import { type Side, useSide } from './use-side.ts';

const FIRST_MODEL = 'bytedance/seedance1-0-pro-t2v';
const WRITE_AFTER_MS = 300;

/** What was entered, kept in the address. */
function useValues(): [values: Values, set: Dispatch<SetStateAction<Values>>, isEmpty: boolean] {
  const [fragment, write] = useDraftAddress();
  const [values, setValues] = useState<Values>(() => decodeDraft(fragment) ?? {});
  useEffect(() => {
    const timer = setTimeout(() => write(values), WRITE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [values, write]);
  return [values, setValues, fragment === ''];
}

export interface Playground {
  sides: [Side] | [Side, Side];
  modelNames: readonly string[];
  values: Values;
  isTried: boolean;
  /** Sets a field; undefined is its default again. */
  setValue: (name: string, value: unknown) => void;
  chooseModel: (at: number, model: string) => void;
  compare: (model: string | undefined) => void;
  /** Starts all sides, or shows what is missing. @returns whether anything was started. */
  run: () => Promise<boolean>;
  /** Takes what was refused or run off the stage. */
  clear: () => void;
}

export function usePlayground(): Playground {
  const [search, change] = useSearch();
  const [values, setValues, hasNoDraft] = useValues();
  const [isTried, setTried] = useState(false);
  // A link to a task opens it with its input; whatever was entered since comes before it.
  const adopted =
    search.task !== undefined && search.model === undefined && hasNoDraft ? search.task : undefined;
  const { data: task, isError: isUnread } = useTaskDetail(adopted);
  const first = useRef(recentModels()[0] ?? FIRST_MODEL);
  // A task that cannot be read, which the stage says, leaves the form to whatever was used last.
  const waitsForTask = adopted !== undefined && !isUnread;
  const modelName = search.model ?? (waitsForTask ? task?.model : first.current);
  const { compare: otherName } = search;
  const one = useSide(modelName, values, search.task);
  const other = useSide(otherName, values, otherName === undefined ? undefined : search.other);
  useEffect(() => {
    if (!task) return;
    setValues(task.input);
    change({ model: task.model }, { replace: true });
  }, [task, setValues, change]);
  const setValue = useCallback(
    (name: string, value: unknown) =>
      setValues((before) => {
        const { [name]: _, ...rest } = before;
        return value === undefined ? rest : { ...rest, [name]: value };
      }),
    [setValues],
  );
  const sides: Playground['sides'] = otherName === undefined ? [one] : [one, other];
  const forget = () => {
    for (const side of sides) side.forget();
  };
  const run = async () => {
    if (sides.some(({ isStarting }) => isStarting)) return true;
    setTried(true);
    // Faults of the last price may be of an input that was corrected since: the server judges what is sent.
    if (sides.some(({ missing, model }) => !model || Object.keys(missing).length > 0)) return false;
    for (const { model } of sides) if (model) rememberModel(model.model);
    const [task_id, second] = await Promise.all(sides.map((side) => side.start()));
    if (task_id !== undefined || second !== undefined) setTried(false);
    change({ model: modelName, task: task_id, other: second });
    return task_id !== undefined || second !== undefined;
  };
  return {
    sides,
    modelNames: otherName === undefined ? [modelName ?? ''] : [modelName ?? '', otherName],
    values,
    isTried,
    setValue,
    chooseModel: (at, model) => {
      forget();
      setTried(false);
      change(at === 0 ? { model, task: undefined } : { compare: model, other: undefined });
    },
    compare: (model) => change({ model: modelName, compare: model, other: undefined }),
    run,
    clear: () => {
      forget();
      change({ task: undefined, other: undefined });
    },
  };
}
