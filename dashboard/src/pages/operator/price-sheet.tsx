// The prices of all models as a file: written for a program of tables, and read back after a look at what it changes.

import { Download, Upload } from 'lucide-react';
import { type ChangeEvent, useRef, useState } from 'react';
import { useOperatorAct, useOperatorRead } from '../../api/operator.ts';
import type { PriceSheetChanges } from '../../api/wire.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { ActFault, toMs } from './frame.tsx';
import styles from './operator.module.css';

const FILE_NAME = 'prices.csv';
const SHOWN_MAX = 12;

interface Chosen {
  file: string;
  sheet: string;
}

export function PriceSheetCard() {
  const written = useOperatorRead<{ sheet: string }>('/prices', { isWanted: false });
  const preview = useOperatorAct<PriceSheetChanges>();
  const [chosen, setChosen] = useState<Chosen>();
  const input = useRef<HTMLInputElement>(null);
  const save = async () => {
    const { data } = await written.refetch();
    if (data) saveFile(data.sheet);
  };
  const read = async (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.currentTarget.files ?? [];
    event.currentTarget.value = '';
    if (!file) return;
    const sheet = await file.text();
    setChosen({ file: file.name, sheet });
    preview.mutate({ method: 'post', path: '/prices/preview', body: { sheet } });
  };
  return (
    <Card title="All prices as a sheet">
      <div className={styles.fields}>
        <p className={styles.words}>
          Save the file, change amounts in a program of tables, and choose it here. You see what changes
          before anything does. A day in the column "from" sets a price ahead.
        </p>
        <input
          ref={input}
          type="file"
          accept="text/csv,.csv"
          aria-label="File of prices"
          className="visually-hidden"
          tabIndex={-1}
          onChange={(event) => void read(event)}
        />
        <div className={styles.choices}>
          <Button
            icon={<Download size={16} aria-hidden />}
            isBusy={written.isFetching}
            onClick={() => void save()}
          >
            Save the sheet
          </Button>
          <Button
            icon={<Upload size={16} aria-hidden />}
            isBusy={preview.isPending}
            onClick={() => input.current?.click()}
          >
            Choose a changed one
          </Button>
        </div>
        <ActFault title="The sheet could not be read" error={written.error} />
        <ActFault title="Nothing was changed" error={preview.error} />
        {chosen && preview.data && (
          <Changes
            key={chosen.sheet}
            chosen={chosen}
            changes={preview.data.changes}
            onDone={() => setChosen(undefined)}
          />
        )}
      </div>
    </Card>
  );
}

/** Has the browser save a text, as if it were behind a link. */
function saveFile(text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = FILE_NAME;
  link.click();
  URL.revokeObjectURL(address);
}

interface ChangesProps {
  chosen: Chosen;
  changes: PriceSheetChanges['changes'];
  onDone: () => void;
}

function Changes({ chosen: { file, sheet }, changes, onDone }: ChangesProps) {
  const act = useOperatorAct<PriceSheetChanges>();
  const submit = () =>
    act.mutate({ method: 'post', path: '/prices', body: { sheet } }, { onSuccess: onDone });
  return (
    <section className={styles.fields} aria-label={`What ${file} changes`}>
      <ul className={styles.list}>
        {changes.slice(0, SHOWN_MAX).map(({ model, from, differences }) => (
          <li key={`${model} ${from}`}>
            <span className="mono">{model}</span>: {differences.join(', ')}{' '}
            {from === null ? 'from now on' : <Time at={toMs(from)} />}
          </li>
        ))}
        {changes.length > SHOWN_MAX && <li>{changes.length - SHOWN_MAX} more</li>}
      </ul>
      <ActFault title="Nothing was changed" error={act.error} />
      <div className={styles.buttons}>
        <Button onClick={onDone}>Discard</Button>
        <Button
          variant="primary"
          isBusy={act.isPending}
          disabledReason={changes.length === 0 ? 'The sheet changes nothing' : undefined}
          onClick={submit}
        >
          {changes.length === 1 ? 'Set 1 price' : `Set ${changes.length} prices`}
        </Button>
      </div>
    </section>
  );
}
