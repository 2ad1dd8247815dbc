// What was made with a model: results that the operator shows to every account, else the newest ones of this account.
import { toApiError } from '../../api/client.ts';
import { useExampleAct, useExamples, useExamplesOfOperator } from '../../api/examples.ts';
import { useTaskList } from '../../api/tasks.ts';
import type { Example, ModelDetail, TaskOutput } from '../../api/wire.ts';
import { encodeDraft } from '../../parts/draft-fragment.ts';
import { Sound } from '../../parts/sounds.tsx';
import { paths } from '../../paths.ts';
import { Link } from '../../shell/link.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './model.module.css';

const SHOWN_MAX = 3;

export function Examples({ model }: { model: ModelDetail }) {
  const { data, isPending } = useExamples(model.model);
  if (isPending) {
    return (
      <Card title="Examples">
        <p className={styles.quiet}>Reading</p>
      </Card>
    );
  }
  return data && data.length > 0 ? <Chosen model={model.model} examples={data} /> : <Own model={model} />;
}

function Chosen({ model, examples }: { model: string; examples: readonly Example[] }) {
  return (
    <Card title="Examples">
      <ul className={styles.films}>
        {examples.map((example) => {
          const { id, prompt, is_draft: isDraft, chosen_at: at } = example;
          const draft = prompt === null ? '' : `#${encodeDraft({ prompt })}`;
          return (
            <li key={id} className={styles.film}>
              <Result output={example} about={prompt} />
              <Link href={`${paths.playground({ model })}${draft}`} className={styles.prompt}>
                {prompt ?? 'Try the model'}
              </Link>
              <span className={styles.quiet}>
                {isDraft ? 'A draft of test mode, chosen ' : 'Chosen '}
                <Time at={at} />
              </span>
              <TakeBack model={model} id={id} />
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

/** For operators alone: others do not learn which task it is. */
function TakeBack({ model, id }: { model: string; id: string }) {
  const { data } = useExamplesOfOperator(model);
  const { send, isPending, error } = useExampleAct();
  const taskId = data?.items.find((example) => example.id === id)?.task_id;
  if (taskId === undefined) return null;
  return (
    <>
      <span>
        <Button size="small" isBusy={isPending} onClick={() => send('delete', taskId)}>
          Take back
        </Button>
      </span>
      {error && <span role="alert">{toApiError(error).message}</span>}
    </>
  );
}

function Own({ model }: { model: ModelDetail }) {
  const { data } = useTaskList({ model: model.model, status: 'succeeded' });
  const films = (data?.pages[0]?.items ?? [])
    .flatMap((task) => {
      const output = task.outputs.find(({ kind }) => kind !== 'image') ?? task.outputs[0];
      return output ? [{ task, output }] : [];
    })
    .slice(0, SHOWN_MAX);
  return (
    <Card title="Made in your account">
      {films.length === 0 ? (
        <p className={styles.quiet}>
          {data ? 'Nothing was made with this model in this account yet.' : 'Reading'}
        </p>
      ) : (
        <ul className={styles.films}>
          {films.map(({ task, output }) => (
            <li key={task.id} className={styles.film}>
              <Result output={output} about={task.prompt} />
              <Link href={paths.playground({ task: task.id })} className={styles.prompt}>
                {task.prompt ?? 'Open its input'}
              </Link>
              <Time at={task.created_at} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Result({
  output: { kind, url, poster_url: poster },
  about,
}: {
  output: Pick<TaskOutput, 'kind' | 'url' | 'poster_url'>;
  about: string | null;
}) {
  if (kind === 'image') {
    const words = about ?? 'A picture made with this model';
    return <img src={poster ?? url} className={styles.video} alt={words} loading="lazy" />;
  }
  if (kind === 'audio') {
    return (
      <div className={styles.video}>
        <Sound output={{ url, poster_url: poster }} label={about ?? 'A sound made with this model'} />
      </div>
    );
  }
  return (
    <video
      src={url}
      poster={poster ?? undefined}
      className={styles.video}
      preload={poster ? 'none' : 'metadata'}
      controls
      muted
      playsInline
      aria-label={about ?? 'A video made with this model'}
    />
  );
}
