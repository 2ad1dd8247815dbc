// The switch of everything. Its word is typed, since all clients are refused while it is on.
import { useState } from 'react';
import { useOperatorAct, useOperatorRead } from '../../api/operator.ts';
import { paths } from '../../paths.ts';
import { LinkButton } from '../../shell/link.tsx';
import { Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { TextField } from '../../ui/fields.tsx';
import { Card } from '../../ui/page.tsx';
import { TypedWord, untypedReason } from '../../ui/typed-word.tsx';
import { ActFault, OperatorPage, ReadFault } from './frame.tsx';
import styles from './operator.module.css';

const WORD = 'maintenance';
const CARD_HEIGHT = 180;

interface Maintenance {
  maintenance: boolean;
  text: string | null;
}

export function SwitchesPage() {
  const read = useOperatorRead<Maintenance>('/maintenance', { isLive: true });
  return (
    <OperatorPage
      title="Switches"
      lead="What refuses creates. Tasks that are open go on in any case."
      actions={<LinkButton href={paths.operatorModels()}>Switches of one model</LinkButton>}
    >
      <ReadFault title="The switch could not be read" read={read} />
      {read.data && <MaintenanceCard now={read.data} />}
      {read.isPending && <Skeleton height={CARD_HEIGHT} />}
    </OperatorPage>
  );
}

function MaintenanceCard({ now }: { now: Maintenance }) {
  const [text, setText] = useState('');
  const [word, setWord] = useState('');
  const reason = untypedReason(WORD, word);
  const act = useOperatorAct<Maintenance>();
  const turn = (maintenance: boolean) =>
    act.mutate(
      {
        method: 'put',
        path: '/maintenance',
        body: { maintenance, text: (maintenance && text.trim()) || undefined },
      },
      { onSuccess: () => setWord('') },
    );
  const state = now.maintenance ? <Chip tone="bad">on</Chip> : <Chip tone="ok">off</Chip>;
  return (
    <Card title="Maintenance of everything" actions={state}>
      <form
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault();
          if (now.maintenance) turn(false);
          else if (reason === undefined) turn(true);
        }}
      >
        {now.maintenance ? (
          <p className={styles.words}>
            Creates and estimates are refused for all models. Clients read: "
            {now.text ?? 'Service under maintenance, try again later'}".
          </p>
        ) : (
          <>
            <p className={styles.words}>
              Creates and estimates of all models are refused while it is on. Every client sees it within a
              second.
            </p>
            <TextField
              label="What clients read"
              description="Empty: Service under maintenance, try again later"
              maxLength={300}
              value={text}
              onChange={setText}
            />
            <TypedWord word={WORD} value={word} onChange={setWord} />
          </>
        )}
        <ActFault title="The switch stays as it was" error={act.error} />
        <div className={styles.buttons}>
          {now.maintenance ? (
            <Button variant="primary" type="submit" isBusy={act.isPending}>
              End the maintenance
            </Button>
          ) : (
            <Button variant="danger" type="submit" isBusy={act.isPending} disabledReason={reason}>
              Begin the maintenance
            </Button>
          )}
        </div>
      </form>
    </Card>
  );
}
