// The import of templates: a file shows first what it would add, change and leave, and only then is it done. The name of a
// catalogue opens the list of its templates.

import { Upload } from 'lucide-react';
import { type ChangeEvent, useRef, useState } from 'react';
import { useOperatorAct, useOperatorRead } from '../../api/operator.ts';
import type { Catalogue, ImportPlan } from '../../api/wire.ts';
import { paths } from '../../paths.ts';
import { useSearch } from '../../shell/address.ts';
import { Link } from '../../shell/link.tsx';
import { Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { CheckField, SelectField } from '../../ui/choices.tsx';
import { Card } from '../../ui/page.tsx';
import type { Column } from '../../ui/table.tsx';
import { ActFault, OperatorList, OperatorPage } from './frame.tsx';
import styles from './operator.module.css';
import { TemplateList } from './template-list.tsx';

const COLUMNS: readonly Column[] = [
  { name: 'Catalogue' },
  { name: 'Templates', isRight: true, isNarrow: true },
  { name: 'Listed', isRight: true, isNarrow: true },
  { name: 'Copied pictures', isWideOnly: true },
  { name: 'Previews' },
];
const SHOWN_MAX = 12;
const FORM_HEIGHT = 60;

export function OperatorTemplatesPage() {
  const catalogues = useOperatorRead<{ items: Catalogue[] }>('/catalogues');
  const [search] = useSearch();
  const opened = catalogues.data?.items.find(({ catalogue }) => catalogue === search.catalogue)?.catalogue;
  return (
    <OperatorPage
      title="Template import"
      lead="A file of templates, as reelay templates export writes it. You see what changes before anything does."
    >
      {catalogues.data && <ImportCard names={catalogues.data.items.map(({ catalogue }) => catalogue)} />}
      {catalogues.isPending && <Skeleton height={FORM_HEIGHT} />}
      <OperatorList<Catalogue>
        label="Catalogues"
        path="/catalogues"
        columns={COLUMNS}
        idOf={({ catalogue }) => catalogue}
        cells={(row) => [
          <Link key="name" href={paths.operatorTemplates({ catalogue: row.catalogue })}>
            {row.catalogue}
          </Link>,
          row.templates,
          row.enabled,
          wordCopies(row.covers, row.covers_failed),
          <PreviewWords key="previews" row={row} />,
        ]}
        isLive
        empty={{ title: 'No catalogues', words: 'There is none to import into.' }}
      />
      {opened && <TemplateList key={opened} catalogue={opened} />}
    </OperatorPage>
  );
}

const MEGABYTE = 1_000_000;

function wordCopies(made: number, failed: number): string {
  if (made + failed === 0) return 'none';
  return failed > 0 ? `${made} made, ${failed} could not be had` : `${made} made`;
}

/** How far the copies of preview videos are: a minute has time for some dozens. */
function PreviewWords({ row }: { row: Catalogue }) {
  const { previews, previews_failed: failed, previews_due: due, preview_bytes: bytes } = row;
  return (
    <span>
      {due > 0 ? `${previews} of ${previews + failed + due} so far` : wordCopies(previews, failed)}
      {previews > 0 && <span className={styles.below}>{(bytes / MEGABYTE).toFixed(1)} MB</span>}
    </span>
  );
}

interface Chosen {
  file: string;
  items: unknown;
}

function ImportCard({ names }: { names: readonly string[] }) {
  const [catalogue, setCatalogue] = useState(names[0] ?? '');
  const [chosen, setChosen] = useState<Chosen>();
  const [fault, setFault] = useState<Error>();
  const preview = useOperatorAct<ImportPlan>();
  const input = useRef<HTMLInputElement>(null);
  const read = async (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.currentTarget.files ?? [];
    event.currentTarget.value = '';
    if (!file) return;
    setFault(undefined);
    try {
      const items: unknown = JSON.parse(await file.text());
      setChosen({ file: file.name, items });
      preview.mutate({ method: 'post', path: `/catalogues/${catalogue}/preview`, body: items });
    } catch {
      // The words of the parser say nothing to a person.
      setFault(new Error(`${file.name} is not a file of templates: it holds no JSON`));
    }
  };
  return (
    <Card title="Import">
      <div className={styles.fields}>
        <SelectField
          label="Catalogue"
          choices={names.map((name) => ({ value: name, label: name }))}
          value={catalogue}
          onChange={(name) => {
            setCatalogue(name);
            setChosen(undefined);
            preview.reset();
          }}
        />
        <input
          ref={input}
          type="file"
          accept="application/json,.json"
          aria-label="File of templates"
          className="visually-hidden"
          tabIndex={-1}
          onChange={(event) => void read(event)}
        />
        <div>
          <Button
            icon={<Upload size={16} aria-hidden />}
            isBusy={preview.isPending}
            onClick={() => input.current?.click()}
          >
            Choose a file
          </Button>
        </div>
        <ActFault title="Nothing was imported" error={fault ?? preview.error} />
        {chosen && preview.data && (
          <Plan
            key={chosen.file}
            plan={preview.data}
            chosen={chosen}
            catalogue={catalogue}
            onDone={() => setChosen(undefined)}
          />
        )}
      </div>
    </Card>
  );
}

interface PlanProps {
  plan: ImportPlan;
  chosen: Chosen;
  catalogue: string;
  onDone: () => void;
}

function Plan({ plan, chosen, catalogue, onDone }: PlanProps) {
  const [disableMissing, setDisableMissing] = useState(false);
  const act = useOperatorAct<{ imported: number }>();
  const count = plan.added.length + plan.changed.length;
  const submit = () =>
    act.mutate(
      {
        method: 'post',
        path: `/catalogues/${catalogue}/templates`,
        query: disableMissing ? { disable_missing: true } : {},
        body: chosen.items,
      },
      { onSuccess: onDone },
    );
  return (
    <section className={styles.fields} aria-label={`What ${chosen.file} changes`}>
      <Names title="Added" names={plan.added} />
      <Names title="Changed" names={plan.changed.map(({ id, fields }) => `${id}: ${fields.join(', ')}`)} />
      <p className={styles.words}>{plan.unchanged.length} stay as they are.</p>
      <Names title="Not in the file" names={plan.missing} />
      {plan.missing.length > 0 && (
        <CheckField
          label={`Take those ${plan.missing.length} out of the list`}
          isOn={disableMissing}
          onChange={setDisableMissing}
        />
      )}
      <ActFault title="Nothing was imported" error={act.error} />
      <div className={styles.buttons}>
        <Button onClick={onDone}>Discard</Button>
        <Button
          variant="primary"
          isBusy={act.isPending}
          disabledReason={count === 0 && !disableMissing ? 'The file changes nothing' : undefined}
          onClick={submit}
        >
          {`Import ${count} of ${chosen.file}`}
        </Button>
      </div>
    </section>
  );
}

function Names({ title, names }: { title: string; names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <div>
      <strong>
        {title}: {names.length}
      </strong>
      <ul className={styles.list}>
        {names.slice(0, SHOWN_MAX).map((name) => (
          <li key={name} className="mono">
            {name}
          </li>
        ))}
        {names.length > SHOWN_MAX && <li>{names.length - SHOWN_MAX} more</li>}
      </ul>
    </div>
  );
}
