// For operators: the result of a task is shown to every account as an example of its model, or is taken back.
import { useState } from 'react';
import { toApiError } from '../../api/client.ts';
import { useExampleAct, useExamplesOfOperator } from '../../api/examples.ts';
import { useMe } from '../../api/queries.ts';
import type { TaskDetail } from '../../api/wire.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/overlays.tsx';

export function ExampleAction({ task }: { task: TaskDetail }) {
  const { person } = useMe();
  return person.operator && task.outputs.length > 0 && task.state === 'succeeded' ? (
    <OperatorAction task={task} />
  ) : null;
}

function OperatorAction({ task: { id, model } }: { task: TaskDetail }) {
  const { data } = useExamplesOfOperator(model);
  const { send, isPending, error } = useExampleAct();
  const [isAsking, setAsking] = useState(false);
  const isShown = data?.items.some(({ task_id: taskId }) => taskId === id) ?? false;
  const close = () => setAsking(false);
  return (
    <>
      {error && !isAsking && <span role="alert">{toApiError(error).message}</span>}
      <Button
        size="small"
        isBusy={isPending}
        disabledReason={data ? undefined : 'Reading the examples'}
        onClick={() => (isShown ? send('delete', id) : setAsking(true))}
      >
        {isShown ? 'Take back the example' : 'Show as an example'}
      </Button>
      <Dialog
        isOpen={isAsking}
        onClose={close}
        title="Show it to every account?"
        onSubmit={() => send('put', id, close)}
        foot={
          <>
            <Button onClick={close}>Keep it here</Button>
            <Button variant="primary" type="submit" isBusy={isPending}>
              Show it
            </Button>
          </>
        }
      >
        <p>
          The result and its prompt stand on the page of {model} in all accounts of this server, and the file
          is kept, until you take it back.
        </p>
        {error && <p role="alert">{toApiError(error).message}</p>}
      </Dialog>
    </>
  );
}
