// One side of the playground: a model, what it would cost with what was entered, and the task that was made of it.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { type ApiError, toApiError } from '../../api/client.ts';
import { type Input, useModel } from '../../api/models.ts';
import { useScope } from '../../api/queries.ts';
import { createTask, estimateTask } from '../../api/runs.ts';
import { useTaskDetail } from '../../api/task.ts';
import type { Estimate, ModelDetail, TaskDetail } from '../../api/wire.ts';
import { findMissing, payloadOf, pricedInput, sortFaults, type Values } from './form.ts';

/** Typing pauses for so long before the price is asked for. */
const SETTLED_MS = 250;

interface Quote {
  estimate?: Estimate;
  faults: readonly string[];
  error?: ApiError;
}

/** The price of what is entered now, by the code that bills it. Until the new one is there the old one stays. */
function useQuote(model: ModelDetail | undefined, input: Input): Quote {
  const scope = useScope();
  const [quote, setQuote] = useState<Quote & { model?: string }>({ faults: [] });
  const question = model && JSON.stringify({ model: model.model, input, scope: scope('quote') });
  const isFirst = quote.model === undefined;
  useEffect(() => {
    if (question === undefined) return;
    const stop = new AbortController();
    const { model: name, input: asked } = JSON.parse(question) as { model: string; input: Input };
    const timer = setTimeout(
      () => {
        estimateTask({ model: name, input: asked }, stop.signal).then(
          (estimate) => setQuote({ model: name, estimate, faults: [] }),
          (error: unknown) => {
            if (stop.signal.aborted) return;
            const refusal = toApiError(error);
            const isInput = refusal.status === 422;
            setQuote((before) => ({
              model: name,
              estimate: before.model === name ? before.estimate : undefined,
              faults: isInput ? refusal.faults : [],
              error: isInput ? undefined : refusal,
            }));
          },
        );
      },
      isFirst ? 0 : SETTLED_MS,
    );
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [question, isFirst]);
  return quote.model === model?.model ? quote : { faults: [] };
}

export interface Side {
  model: ModelDetail | undefined;
  /** Why the model could not be read. */
  modelError: ApiError | undefined;
  retryModel: () => void;
  payload: Input;
  quote: Quote;
  /** By the names of fields, what is wrong with what is there. */
  faults: Record<string, string>;
  /** Of fields that are needed and empty. */
  missing: Record<string, string>;
  taskId: string | undefined;
  /** As far as it was read. */
  task: TaskDetail | undefined;
  /** Why it could not be read. */
  taskError: ApiError | undefined;
  /** Why the last create was refused. */
  refusal: ApiError | undefined;
  isStarting: boolean;
  /** @returns the id of the task, or undefined when it was refused. */
  start: () => Promise<string | undefined>;
  forget: () => void;
}

const NO_INPUT: Input = {};

export function useSide(modelName: string | undefined, values: Values, taskId: string | undefined): Side {
  const queries = useQueryClient();
  const scope = useScope();
  const { data: model, error, refetch } = useModel(modelName);
  const payload = useMemo(() => (model ? payloadOf(model, values) : NO_INPUT), [model, values]);
  const missing = useMemo(() => (model ? findMissing(model, payload) : {}), [model, payload]);
  const asked = useMemo(() => (model ? pricedInput(model, payload) : NO_INPUT), [model, payload]);
  const quote = useQuote(model, asked);
  const { data: task, error: taskError } = useTaskDetail(taskId);
  const [refused, setRefused] = useState<{ input: Input; error: ApiError }>();
  // A refusal is about what was sent: it goes with the first change.
  const refusal = refused?.input === payload ? refused.error : undefined;
  const [isStarting, setStarting] = useState(false);
  const start = useCallback(async () => {
    if (!model) return undefined;
    setStarting(true);
    setRefused(undefined);
    try {
      const { task_id: id } = await createTask({ model: model.model, input: payload });
      void queries.invalidateQueries({ queryKey: scope('balance') });
      return id;
    } catch (cause) {
      setRefused({ input: payload, error: toApiError(cause) });
      return undefined;
    } finally {
      setStarting(false);
    }
  }, [model, payload, queries, scope]);
  const faults = sortFaults([...quote.faults, ...(refusal?.status === 422 ? refusal.faults : [])]).byField;
  return {
    model,
    modelError: error ? toApiError(error) : undefined,
    retryModel: () => void refetch(),
    payload,
    quote,
    faults,
    missing,
    taskId,
    task,
    taskError: taskError && !task ? toApiError(taskError) : undefined,
    refusal,
    isStarting,
    start,
    forget: () => setRefused(undefined),
  };
}
