// The first minutes: three steps on one screen, each of which ticks itself when it is done.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { type ReactNode, useCallback, useState } from 'react';
import { accountApi } from '../../api/client.ts';
import { useLiveTasks } from '../../api/live.ts';
import { useIsLive } from '../../api/live-state.ts';
import { useMe, useRoleReason, useScope } from '../../api/queries.ts';
import type { ListedTask, MadeKey, TaskPage } from '../../api/wire.ts';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSending } from '../../parts/form.ts';
import { paths } from '../../paths.ts';
import { LinkButton } from '../../shell/link.tsx';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { Code } from '../../ui/code.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { Page } from '../../ui/page.tsx';
import { Reel } from '../../ui/reel.tsx';
import styles from './welcome.module.css';

const LOOK_AGAIN_MS = 1500;
const NOUN = 'first-task';
const ENDED = ['succeeded', 'failed', 'cancelled', 'expired'];

export function WelcomePage() {
  const [key, setKey] = useState<MadeKey>();
  const task = useFirstTask(key?.id);
  const isDone = task?.state === 'succeeded';
  return (
    <Page
      title="Your first video"
      range="Test mode: drafts and credits that cost nothing"
      actions={
        <LinkButton variant={isDone ? 'primary' : 'default'} href={paths.playground()}>
          {isDone ? 'To the playground' : 'Skip to the playground'}
        </LinkButton>
      }
    >
      <ol className={styles.steps}>
        <Step number={1} title="Copy the key" isDone={key !== undefined}>
          <KeyStep made={key} onMade={setKey} />
        </Step>
        <Step number={2} title="Run this in a terminal" isDone={task !== undefined}>
          <RequestStep apiKey={key?.key} />
        </Step>
        <Step number={3} title="The video arrives" isDone={isDone}>
          <VideoStep task={task} />
        </Step>
      </ol>
    </Page>
  );
}

/** The newest task of the key: read when the stream says that a task changed, and again and again without the stream. */
function useFirstTask(keyId: string | undefined): ListedTask | undefined {
  const queries = useQueryClient();
  const isLive = useIsLive();
  useLiveTasks(useCallback(() => void queries.invalidateQueries({ queryKey: [NOUN] }), [queries]));
  const { data } = useQuery({
    queryKey: useScope()(NOUN, keyId),
    enabled: keyId !== undefined,
    queryFn: async ({ signal }) => {
      const query = { key: keyId, limit: 1 };
      const page = await accountApi.get<TaskPage>('/tasks', { query, signal });
      return page.items[0] ?? null;
    },
    refetchInterval: isLive ? false : LOOK_AGAIN_MS,
  });
  return data ?? undefined;
}

function Step({
  number,
  title,
  isDone,
  children,
}: {
  number: number;
  title: string;
  isDone: boolean;
  children: ReactNode;
}) {
  return (
    <li className={classes(styles.step, isDone && styles.isDone)}>
      <span className={styles.sign}>{isDone ? <Check size={14} aria-label="Done" /> : number}</span>
      <h2 className={styles.title}>{title}</h2>
      <div className={styles.body}>{children}</div>
    </li>
  );
}

function KeyStep({ made, onMade }: { made: MadeKey | undefined; onMade: (key: MadeKey) => void }) {
  const { isBusy, error, send } = useSending();
  const reason = useRoleReason('owner');
  if (made) {
    return (
      <>
        <div className={styles.key}>
          <span className={classes('mono', styles.keyText)}>{made.key}</span>
          <CopyButton text={made.key} label="Copy the key" />
        </div>
        <p>It is shown this once. Lost keys are replaced, not found: make another on the page API keys.</p>
      </>
    );
  }
  const make = () =>
    send(async () => {
      const body = { mode: 'test', name: 'First key' };
      onMade(await accountApi.post<MadeKey>('/keys', { body }));
    });
  return (
    <>
      <p>A test key calls every model and gets a draft of it, drawn on this server.</p>
      <FaultOf error={error} title="The key was not made" />
      <Button variant="primary" isBusy={isBusy} disabledReason={reason} onClick={make}>
        Make a test key
      </Button>
    </>
  );
}

function RequestStep({ apiKey }: { apiKey: string | undefined }) {
  const { server } = useMe();
  const input = { prompt: 'Neon city street at night in the rain', duration: 4, audio: true };
  const body = JSON.stringify({ model: 'reelay/draft-t2v', input }, undefined, 2);
  const text = [
    `curl ${server.public_url}/api/v1/client/job/CreateTask \\`,
    `  -H 'x-api-key: ${apiKey ?? '<the key>'}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${body}'`,
  ].join('\n');
  return (
    <div className={styles.wide}>
      <Code label="Request as curl" text={text} />
    </div>
  );
}

function VideoStep({ task }: { task: ListedTask | undefined }) {
  const url = task?.outputs[0]?.url;
  return (
    <>
      <div className={styles.stage} role="status">
        {url ? (
          <video src={url} controls autoPlay muted loop playsInline aria-label="Your first video" />
        ) : (
          <Waiting task={task} />
        )}
      </div>
      {task && (
        <LinkButton size="small" href={paths.task(task.id)}>
          Open the task
        </LinkButton>
      )}
    </>
  );
}

function Waiting({ task }: { task: ListedTask | undefined }) {
  if (!task) return <p>It appears here by itself.</p>;
  if (ENDED.includes(task.state)) return <p>{task.message ?? 'It was not made.'} Nothing was charged.</p>;
  const percent = task.progress ?? 0;
  return (
    <div className={styles.running}>
      <p>{task.state === 'pending' ? 'Waiting for a place' : `Rendering · ${percent} %`}</p>
      <Reel state={task.state === 'pending' ? 'waiting' : 'running'} share={percent / 100} isOnStage />
    </div>
  );
}
