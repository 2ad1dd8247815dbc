// One model as a page of an API reference: what it makes, every field, prices, a request that can be sent, and what was
// made with it here.
import { useParams } from '@tanstack/react-router';
import { Play } from 'lucide-react';
import { toApiError } from '../../api/client.ts';
import {
  defaultWords,
  limitWords,
  priceWords,
  takesWords,
  typeWords,
  unitWords,
} from '../../api/model-words.ts';
import { aboutOf, kindOf, useModel, vendorName, wordForKind } from '../../api/models.ts';
import { useSession } from '../../api/session.ts';
import type { InputField, ModelDetail, ModelPrice } from '../../api/wire.ts';
import { RequestCode } from '../../parts/request-code.tsx';
import { paths } from '../../paths.ts';
import { Link, LinkButton } from '../../shell/link.tsx';
import { Fault, NotFound, Skeleton } from '../../ui/blanks.tsx';
import { Chip } from '../../ui/chip.tsx';
import { Id } from '../../ui/copy.tsx';
import { formatCredits, Money } from '../../ui/money.tsx';
import { Card, Facts, Page } from '../../ui/page.tsx';
import { type Column, Row, Table } from '../../ui/table.tsx';
import { formatLength } from '../../ui/time.tsx';
import { Examples } from './examples.tsx';
import styles from './model.module.css';

export function ModelPage() {
  const { vendor, name = '' } = useParams({ strict: false }) as { vendor?: string; name?: string };
  const fullName = vendor === undefined ? name : `${vendor}/${name}`;
  const { data, error, refetch } = useModel(fullName);
  const failure = error && toApiError(error);
  const crumb = <Link href={paths.models()}>Models</Link>;
  if (data) return <Model model={data} />;
  if (failure?.errorName === 'model_not_found' || failure?.status === 404 || failure?.status === 422) {
    return (
      <Page title={fullName} crumb={crumb}>
        <NotFound
          title="No such model"
          action={<LinkButton href={paths.models()}>See all models</LinkButton>}
        >
          <NearName message={failure.message} />
        </NotFound>
      </Page>
    );
  }
  return (
    <Page title={fullName} crumb={crumb}>
      {failure ? (
        <Fault
          title="The model could not be read"
          message={failure.message}
          requestId={failure.requestId}
          onRetry={() => void refetch()}
        />
      ) : (
        <Skeleton height={420} />
      )}
    </Page>
  );
}

/** The name that was meant, which the server says at the end of its refusal. */
function NearName({ message }: { message: string }) {
  const near = /did you mean ([^?\s]+)\?/.exec(message)?.[1];
  if (near === undefined) return 'This server has no model of this name.';
  return (
    <>
      This server has no model of this name. Did you mean <Link href={paths.model(near)}>{near}</Link>?
    </>
  );
}

function Model({ model }: { model: ModelDetail }) {
  return (
    <Page
      title={model.title}
      range={kindOf(model)}
      crumb={<Link href={paths.models()}>Models</Link>}
      lead={aboutOf(model)}
      actions={
        <LinkButton
          variant="primary"
          href={paths.playground({ model: model.model })}
          icon={<Play size={16} aria-hidden />}
        >
          Try it
        </LinkButton>
      }
    >
      <div className={styles.layout}>
        <div className={styles.main}>
          <Card title="Input" isFlush>
            <InputTable model={model} />
          </Card>
          <Card title="Request">
            <RequestCode model={model.example.model} input={{ ...model.example.input }} />
          </Card>
          <Examples model={model} />
        </div>
        <div className={styles.side}>
          <Card title="Facts">
            <ModelFacts model={model} />
          </Card>
          <Card title="Price">
            <Price model={model} />
          </Card>
        </div>
      </div>
    </Page>
  );
}

function ModelFacts({ model }: { model: ModelDetail }) {
  const { usual_seconds: seconds } = model;
  const { mode } = useSession();
  return (
    <Facts
      items={[
        ['Name', <Id key="name" id={model.model} />],
        ['Other names', model.aliases?.join(', ')],
        ['Vendor', vendorName(model.vendor)],
        ['Makes', model.operations.map(wordForKind).join(', ')],
        ['Takes', takesWords(model)],
        ...(model.modality === 'audio' ? [] : [['Sound', soundWords(model)] as const]),
        [
          'Usual time',
          seconds === null ? 'not known yet' : `${formatLength(seconds * 1000)} in ${mode} mode`,
        ],
        ['State', <ModelState key="state" model={model} />],
      ]}
    />
  );
}

function soundWords({ supports_native_audio: isNative, input_schema: { properties } }: ModelDetail): string {
  if (properties.audio)
    return properties.audio.default === true ? 'unless it is turned off' : 'when it is turned on';
  return isNative ? 'always' : 'none';
}

function ModelState({ model }: { model: ModelDetail }) {
  if (!model.enabled) return <Chip tone="warn">switched off</Chip>;
  return model.live ? <Chip tone="ok">takes tasks</Chip> : <Chip>test mode alone</Chip>;
}

const PRICE_COLUMNS: Column[] = [
  { name: 'Resolution' },
  { name: 'Credits a second', isRight: true },
  { name: 'Usual length', isRight: true },
];

function Price({ model }: { model: ModelDetail }) {
  const { price, input_schema: schema } = model;
  if (price.per === 'task') {
    return (
      <p className={styles.figure}>
        {price.credits === 0 ? 'Free' : `${formatCredits(price.credits ?? 0)} credits a task`}
      </p>
    );
  }
  if (price.per === 'template') {
    return (
      <p>
        Each template has its own price
        {price.credits === null ? '' : `, ${formatCredits(price.credits)} where it says none`}.{' '}
        <Link href={paths.templates()}>See the templates</Link>
      </p>
    );
  }
  if (price.per !== 'second' || price.by_resolution.length === 0) return <UnitPrices price={price} />;
  const seconds = Number(schema.properties.duration?.default ?? 0);
  return (
    <Table label="Prices by resolution" columns={PRICE_COLUMNS}>
      {price.by_resolution.map(({ resolution, credits }) => (
        <Row
          key={resolution}
          columns={PRICE_COLUMNS}
          cells={[
            resolution,
            <Money key="second" credits={credits} />,
            <span key="usual" title={`${seconds} s`}>
              <Money credits={Math.round(credits * seconds * 1_000_000) / 1_000_000} />
            </span>,
          ]}
        />
      ))}
    </Table>
  );
}

/** Prices of what is counted and has no usual length. */
function UnitPrices({ price }: { price: ModelPrice }) {
  if (price.by_resolution.length === 0) return <p>{priceWords(price)}</p>;
  const columns: Column[] = [
    { name: price.per === 'picture' ? 'Picture' : 'Asked for' },
    { name: `Credits ${unitWords(price.per)}`, isRight: true },
  ];
  return (
    <Table label={`Prices ${unitWords(price.per)}`} columns={columns}>
      {price.by_resolution.map(({ resolution, credits }) => (
        <Row
          key={resolution}
          columns={columns}
          cells={[resolution, <Money key="unit" credits={credits} />]}
        />
      ))}
    </Table>
  );
}

const INPUT_COLUMNS: Column[] = [
  { name: 'Field' },
  { name: 'What it takes' },
  { name: 'Default', isWideOnly: true },
];

function InputTable({ model }: { model: ModelDetail }) {
  const { properties, required } = model.input_schema;
  return (
    <Table label="Fields of the input" columns={INPUT_COLUMNS}>
      {Object.entries(properties).map(([name, field]) => (
        <Row
          key={name}
          columns={INPUT_COLUMNS}
          cells={[
            <FieldName key="name" name={name} field={field} isRequired={required.includes(name)} />,
            <FieldLimits key="limits" field={field} />,
            defaultWords(field) ?? <span className={styles.quiet}>none</span>,
          ]}
        />
      ))}
    </Table>
  );
}

function FieldName({ name, field, isRequired }: { name: string; field: InputField; isRequired: boolean }) {
  return (
    <span className={styles.cell}>
      <code className="mono">{name}</code>
      <span>{field.title}</span>
      {isRequired && <span className={styles.needed}>needed</span>}
    </span>
  );
}

function FieldLimits({ field }: { field: InputField }) {
  const limit = limitWords(field);
  return (
    <span className={styles.cell}>
      <span>
        {typeWords(field)}
        {limit && <span className={styles.quiet}> · {limit}</span>}
      </span>
      {field.enum && (
        <span className={styles.values}>
          {field.enum.map((value) => (
            <span key={String(value)} className={styles.value} title={String(value)}>
              {field['x-enum-words']?.[String(value)] ?? String(value)}
            </span>
          ))}
        </span>
      )}
      {field.description && <span className={styles.quiet}>{field.description}</span>}
    </span>
  );
}
