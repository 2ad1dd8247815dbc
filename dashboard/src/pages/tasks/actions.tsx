// What can be done with a task.
import { useQueryClient } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { useState } from 'react';
import { useReplay } from '../../api/callbacks.ts';
import { useCallbacksOf } from '../../api/callbacks-of.ts';
import { toApiError } from '../../api/client.ts';
import { useRoleReason, useScope } from '../../api/queries.ts';
import { useSession } from '../../api/session.ts';
import { cancelReason, isOpen } from '../../api/task.ts';
import { useCancelTasks, wordsOfCancelled } from '../../api/tasks.ts';
import type { Callback, TaskDetail } from '../../api/wire.ts';
import { paths } from '../../paths.ts';
import { LinkButton } from '../../shell/link.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { ExampleAction } from './example.tsx';

export function Actions({ task }: { task: TaskDetail }) {
  const cancel = useCancelTasks();
  const role = useRoleReason('member');
  const { account, mode } = useSession();
  const link = `${location.origin}${paths.task(task.id, { account, mode })}`;
  return (
    <>
      {cancel.data && isOpen(task) && <span role="status">{wordsOfCancelled(cancel.data)}</span>}
      {cancel.isError && <span role="alert">{toApiError(cancel.error).message}</span>}
      {task.callback_url !== null && <ReplayCallback task={task} />}
      <ExampleAction task={task} />
      <CopyButton text={link} label="Copy link" hasWords />
      <Button
        size="small"
        isBusy={cancel.isPending}
        disabledReason={cancelReason(task) ?? role}
        onClick={() => cancel.mutate([task.id])}
      >
        Cancel
      </Button>
      <LinkButton
        variant="primary"
        size="small"
        href={paths.playground({ task: task.id })}
        icon={<Play size={14} aria-hidden />}
      >
        Open in playground
      </LinkButton>
    </>
  );
}

/** Sends the newest callback of the task once more; its tries stand in the card of callbacks. */
function ReplayCallback({ task }: { task: TaskDetail }) {
  const queries = useQueryClient();
  const scope = useScope();
  const role = useRoleReason('member');
  const [awaited, setAwaited] = useState<number>();
  const { data } = useCallbacksOf(task.id, awaited);
  const replay = useReplay();
  const [newest] = data?.items ?? [];
  const send = ({ id, tries }: Callback) =>
    replay.mutate(id, {
      onSuccess: () => {
        setAwaited(tries);
        return queries.invalidateQueries({ queryKey: scope('task', task.id) });
      },
    });
  return (
    <>
      {replay.isSuccess && <span role="status">The callback is sent again</span>}
      {replay.isError && <span role="alert">{toApiError(replay.error).message}</span>}
      <Button
        size="small"
        isBusy={replay.isPending}
        disabledReason={newest ? role : data ? 'It is sent once the task has ended' : 'Reading the callbacks'}
        onClick={() => newest && send(newest)}
      >
        Replay callback
      </Button>
    </>
  );
}
