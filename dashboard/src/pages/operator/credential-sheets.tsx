// The forms of an account at a provider: adding one, and its limits. What is secret is typed here and never read back.

import { useState } from 'react';
import { useOperatorRead } from '../../api/operator.ts';
import type { Credential, Provider, ProviderField } from '../../api/wire.ts';
import { SelectField } from '../../ui/choices.tsx';
import { PasswordField, TextField } from '../../ui/fields.tsx';
import { ActSheet } from './act-sheet.tsx';
import styles from './operator.module.css';

const WHOLE_OR_EMPTY = /^\d{0,7}$/;

export function NewCredential({ onClose }: { onClose: () => void }) {
  const providers = useOperatorRead<{ items: Provider[] }>('/providers');
  const [chosen, setChosen] = useState('');
  const [name, setName] = useState('');
  const [values, setValues] = useState<Record<string, string>>({});
  const provider = providers.data?.items.find(({ id }) => id === chosen);
  const missing = provider?.fields.find((field) => isNeeded(field) && !values[field.name]);
  const reason = provider ? missing && `${missing.name} is missing` : 'Choose a provider';
  const fields = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
  return (
    <ActSheet
      title="Add an account"
      verb="Add the account"
      refusal="The account was not added"
      reason={reason}
      call={{
        method: 'post',
        path: '/credentials',
        body: { provider: chosen, name: name || undefined, fields },
      }}
      isDirty={Object.keys(fields).length > 0}
      onClose={onClose}
    >
      <SelectField
        label="Provider"
        placeholder="Choose one"
        isRequired
        choices={(providers.data?.items ?? []).map(({ id, title }) => ({ value: id, label: title }))}
        value={chosen}
        onChange={(id) => {
          setChosen(id);
          setValues({});
        }}
      />
      {provider?.fields.map((field) => (
        <FieldOf
          key={`${provider.id} ${field.name}`}
          field={field}
          value={values[field.name] ?? ''}
          onChange={(value) => setValues({ ...values, [field.name]: value })}
        />
      ))}
      <TextField
        label="Name"
        description="For people; operator, if it is empty"
        maxLength={100}
        value={name}
        onChange={setName}
      />
      <p className={styles.words}>It is untested until you press Test, which makes the cheapest real call.</p>
    </ActSheet>
  );
}

/** Fields of one of several ways to sign on are checked by the server. */
function isNeeded({ is_required, way }: ProviderField): boolean {
  return is_required && way === null;
}

function FieldOf({
  field,
  value,
  onChange,
}: {
  field: ProviderField;
  value: string;
  onChange: (value: string) => void;
}) {
  const { name, about, fallback, is_secret } = field;
  const shared = { label: name, description: about, isRequired: isNeeded(field), value, onChange };
  return is_secret ? (
    <PasswordField {...shared} autoComplete="off" />
  ) : (
    <TextField {...shared} placeholder={fallback ?? undefined} spellCheck={false} />
  );
}

/** An empty limit is none. */
function toLimit(text: string): number | null {
  return text === '' ? null : Number(text);
}

export function CapsSheet({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const [perMinute, setPerMinute] = useState(String(credential.requests_per_minute ?? ''));
  const [open, setOpen] = useState(String(credential.open_tasks_max ?? ''));
  const [weight, setWeight] = useState(String(credential.weight));
  const isGood = [perMinute, open, weight].every((text) => WHOLE_OR_EMPTY.test(text)) && Number(weight) > 0;
  const body = {
    requests_per_minute: toLimit(perMinute),
    open_tasks_max: toLimit(open),
    weight: Number(weight),
  };
  return (
    <ActSheet
      title={`Limits of ${credential.provider}/${credential.name}`}
      verb="Save the limits"
      refusal="The limits stay as they were"
      reason={isGood ? undefined : 'Limits are whole numbers; the weight is at least 1'}
      call={{ method: 'patch', path: `/credentials/${credential.id}`, body }}
      onClose={onClose}
    >
      <TextField
        label="Tasks a minute"
        description="Empty: any number"
        inputMode="numeric"
        value={perMinute}
        onChange={setPerMinute}
      />
      <TextField
        label="Tasks at once"
        description="Empty: any number"
        inputMode="numeric"
        value={open}
        onChange={setOpen}
      />
      <TextField
        label="Weight"
        description="Its share beside others of the provider"
        inputMode="numeric"
        value={weight}
        onChange={setWeight}
      />
    </ActSheet>
  );
}
