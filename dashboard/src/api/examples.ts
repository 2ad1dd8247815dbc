// Examples of a model: results that the operator shows to every account.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { accountApi } from './client.ts';
import { useOperatorAct, useOperatorRead } from './operator.ts';
import { useMe, useScope } from './queries.ts';
import type { Example, OperatorExample } from './wire.ts';

/** The examples of a model, newest first. */
export function useExamples(model: string) {
  const scope = useScope();
  return useQuery({
    queryKey: scope('examples', model),
    queryFn: async ({ signal }) => {
      const query = { model };
      return (await accountApi.get<{ items: Example[] }>('/examples', { signal, query })).items;
    },
  });
}

/** The same with the tasks that they are results of; for operators alone. */
export function useExamplesOfOperator(model: string) {
  const { person } = useMe();
  const path = `/examples?model=${encodeURIComponent(model)}`;
  return useOperatorRead<{ items: OperatorExample[] }>(path, { isWanted: person.operator });
}

/** Shows the result of a task to every account, or takes it back. */
export function useExampleAct() {
  const act = useOperatorAct<OperatorExample>();
  const client = useQueryClient();
  const send = (method: 'put' | 'delete', taskId: string, onDone?: () => void) =>
    act.mutate(
      { method, path: `/tasks/${taskId}/example` },
      {
        onSuccess: () => {
          void client.invalidateQueries({ queryKey: ['examples'] });
          onDone?.();
        },
      },
    );
  return { ...act, send };
}
