// Try every model: the form of its schema, the price, the run, and the request that a program would send.
import { Columns2, Play, X } from 'lucide-react';
import { lazy, Suspense, useRef } from 'react';
import { useModels } from '../../api/models.ts';
import { useBalance, useRoleReason } from '../../api/queries.ts';
import { useSession } from '../../api/session.ts';
import { cancelTasks } from '../../api/task.ts';
import { useSending } from '../../parts/form.ts';
import { Fault, Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { formatCredits } from '../../ui/money.tsx';
import { Page } from '../../ui/page.tsx';
import { shownValue } from './form.ts';
import { labelOfModel, ModelSelect } from './model-select.tsx';
import styles from './playground.module.css';
import { RunTabs } from './run-tabs.tsx';
import { SideForm } from './side-form.tsx';
import { Stage } from './stage.tsx';
import { type Playground, usePlayground } from './use-playground.ts';
import type { Side } from './use-side.ts';

const ResultLine = lazy(async () => ({ default: (await import('./result-line.tsx')).ResultLine }));

const SIDE_NAMES = ['A', 'B'];
const OTHER_MODEL = 'vidu/q2-t2v';

export function PlaygroundPage() {
  const playground = usePlayground();
  const { sides, modelNames } = playground;
  const isComparing = sides.length > 1;
  const form = useRef<HTMLDivElement>(null);
  const run = async () => {
    const isStarted = await playground.run();
    if (!isStarted) focusFault(form.current);
  };
  const editInput = () => {
    playground.clear();
    form.current?.querySelector<HTMLElement>('textarea, input')?.focus();
  };
  const hasRun = sides.some(({ taskId, refusal }) => taskId !== undefined || refusal !== undefined);
  return (
    <Page
      title="Playground"
      actions={
        <Button
          size="small"
          icon={isComparing ? <X size={14} aria-hidden /> : <Columns2 size={14} aria-hidden />}
          onClick={() => playground.compare(isComparing ? undefined : otherThan(modelNames[0]))}
        >
          {isComparing ? 'Stop comparing' : 'Compare two models'}
        </Button>
      }
    >
      <div className={classes(styles.layout, hasRun && styles.hasRun)}>
        <div className={styles.form} ref={form}>
          <Form playground={playground} onRun={() => void run()} />
        </div>
        <div className={classes(styles.stages, isComparing && styles.two)}>
          {sides.map((side, at) => (
            <RunColumn
              key={SIDE_NAMES[at]}
              side={side}
              isComparing={isComparing}
              playground={playground}
              onChangeInput={editInput}
            />
          ))}
        </div>
      </div>
    </Page>
  );
}

function otherThan(model: string): string {
  return model === OTHER_MODEL ? 'bytedance/seedance1-0-pro-t2v' : OTHER_MODEL;
}

/** The first field with a fault, after the faults are drawn. */
function focusFault(form: HTMLElement | null): void {
  requestAnimationFrame(() =>
    form?.querySelector<HTMLElement>('[data-fault] :is(textarea, input, button)')?.focus(),
  );
}

function Form({ playground, onRun }: { playground: Playground; onRun: () => void }) {
  const { sides, modelNames, values, isTried } = playground;
  const { data: models, isPending } = useModels();
  const isReady = !isPending && sides.every(({ model }) => model);
  const failed = sides.find(({ modelError }) => modelError !== undefined);
  return (
    <>
      <div className={styles.fields}>
        {modelNames.map((name, at) => (
          <ModelSelect
            key={SIDE_NAMES[at]}
            label={modelNames.length > 1 ? `Model ${SIDE_NAMES[at]}` : 'Model'}
            models={models ?? []}
            value={name}
            onChange={(model) => playground.chooseModel(at, model)}
          />
        ))}
      </div>
      {failed?.modelError && (
        <Fault
          title="The model could not be read"
          message={failed.modelError.message}
          requestId={failed.modelError.requestId}
          onRetry={failed.retryModel}
        />
      )}
      {!failed && !isReady && <FormSkeleton />}
      {isReady && (
        <SideForm
          sides={sides}
          values={values}
          onChange={playground.setValue}
          isTried={isTried}
          onRun={onRun}
        />
      )}
      <Foot playground={playground} onRun={onRun} />
    </>
  );
}

function FormSkeleton() {
  return (
    <div className={styles.fields}>
      <Skeleton height={112} />
      <Skeleton height={60} />
      <Skeleton height={88} />
      <Skeleton height={64} />
    </div>
  );
}

function useRunReason(sides: readonly Side[]): string | undefined {
  const roleReason = useRoleReason('member');
  const { mode } = useSession();
  if (roleReason) return roleReason;
  const off = sides.find(({ model }) => model && !model.enabled)?.model;
  if (off) return `${off.title} is switched off for now`;
  const draftOnly = sides.find(({ model }) => model && !model.live)?.model;
  if (mode === 'live' && draftOnly)
    return `No provider makes ${draftOnly.title} for real; test mode tries it`;
  return undefined;
}

function Foot({ playground: { sides }, onRun }: { playground: Playground; onRun: () => void }) {
  const reason = useRunReason(sides);
  const prices = sides.map(({ quote }) => quote.estimate?.estimated_credits);
  const { data: account } = useBalance();
  const total = prices.every((price) => price !== undefined)
    ? prices.reduce((sum: number, price) => sum + (price ?? 0), 0)
    : undefined;
  const isTooDear = total !== undefined && account !== undefined && total > account.balance;
  const failure = sides.find(({ quote }) => quote.error)?.quote.error;
  return (
    <div className={styles.foot}>
      <div className={styles.price} aria-live="polite">
        <span className={styles.total}>{total === undefined ? '…' : `${formatCredits(total)} credits`}</span>
        <span className={classes(styles.free, isTooDear && styles.dear)}>
          {failure
            ? failure.message
            : account
              ? `${isTooDear ? 'only ' : 'of '}${formatCredits(account.balance)} free`
              : '\u00a0'}
        </span>
      </div>
      <Button
        variant="primary"
        icon={<Play size={16} aria-hidden />}
        disabledReason={reason}
        isBusy={sides.some(({ isStarting }) => isStarting)}
        title="Ctrl-Enter"
        aria-keyshortcuts="Control+Enter"
        onClick={onRun}
      >
        {sides.length > 1 ? 'Run both' : 'Run'}
      </Button>
    </div>
  );
}

/** A video of 864 × 480 is one of 16:9 too: the stage keeps its size when it comes. */
const SAME_RATIO = 0.03;

function ratioOf({ model, payload, task }: Side): string {
  const field = model?.input_schema.properties.aspect_ratio;
  const chosen = String(field ? shownValue(field, payload.aspect_ratio) : '16:9');
  const { width, height } = task?.usage ?? {};
  if (typeof width !== 'number' || typeof height !== 'number') return chosen;
  const [across, down] = chosen.split(':').map(Number);
  const isChosen = Math.abs((width / height) * (down / across) - 1) < SAME_RATIO;
  return isChosen ? chosen : `${width}:${height}`;
}

function RunColumn(props: {
  side: Side;
  isComparing: boolean;
  playground: Playground;
  onChangeInput: () => void;
}) {
  const { side, isComparing, playground, onChangeInput } = props;
  const { task, taskId, model, quote } = side;
  const { isBusy, send } = useSending();
  const price = quote.estimate?.estimated_credits;
  return (
    <div className={styles.column}>
      {isComparing && (
        <p className={styles.columnHead}>
          <strong>{model ? labelOfModel(model) : '\u00a0'}</strong>
          <span>{price === undefined ? '\u00a0' : `${formatCredits(price)} credits`}</span>
        </p>
      )}
      <div className={styles.stageBox}>
        <Stage
          side={side}
          ratio={ratioOf(side)}
          usualSeconds={model?.usual_seconds ?? null}
          price={price}
          onIdea={
            isComparing || !model?.input_schema.properties.prompt || model.operations.includes('tts')
              ? undefined
              : (prompt) => playground.setValue('prompt', prompt)
          }
          isCancelling={isBusy}
          onCancel={() => taskId && void send(() => cancelTasks([taskId]))}
          onChangeInput={onChangeInput}
        />
      </div>
      {taskId && (
        <div className={styles.resultBox}>
          <Suspense fallback={<Skeleton height={30} />}>
            <ResultLine taskId={taskId} task={task} />
          </Suspense>
        </div>
      )}
      <RunTabs side={side} label={model ? `About the run of ${model.title}` : 'About the run'} />
    </div>
  );
}
