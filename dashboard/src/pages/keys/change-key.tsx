import { useState } from 'react';
import { changeKey, rotateKey } from '../../api/keys.ts';
import type { ApiKey, MadeKey, Role } from '../../api/wire.ts';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSending } from '../../parts/form.ts';
import { ROLE_CHOICES, ROLES } from '../../parts/roles.ts';
import { Fault } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { Segments } from '../../ui/choices.tsx';
import { TextField } from '../../ui/fields.tsx';
import { Sheet } from '../../ui/overlays.tsx';
import { TypedWord, untypedReason } from '../../ui/typed-word.tsx';
import { LimitFields } from './limit-fields.tsx';
import { findTextFaults, limitsOf, textsOf } from './limits.ts';

interface ChangeProps {
  apiKey: ApiKey;
  onClose: () => void;
  onChanged: () => void;
}

/** Name, role and limits of a key that is there. */
export function ChangeKeySheet({ apiKey, onClose, onChanged }: ChangeProps) {
  const { isBusy, error, send } = useSending();
  const [name, setName] = useState(apiKey.name);
  const [role, setRole] = useState<Role>(apiKey.role);
  const [given] = useState(() => textsOf(apiKey));
  const [texts, setTexts] = useState(given);
  const [faults, setFaults] = useState<string[]>([]);
  const submit = async () => {
    const found = findTextFaults(texts);
    setFaults(found);
    if (found.length > 0) return;
    const { expires_at, ...limits } = limitsOf(texts);
    const change = { ...limits, ...(texts.expires !== given.expires && { expires_at }) };
    if (await send(() => changeKey(apiKey.id, { name: name.trim(), role, ...change }))) {
      onChanged();
      onClose();
    }
  };
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={`Key ${apiKey.name}`}
      isDirty={name !== apiKey.name || role !== apiKey.role || texts !== given}
      onSubmit={submit}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" isBusy={isBusy}>
            Save
          </Button>
        </>
      }
    >
      <TextField label="Name" isRequired autoComplete="off" maxLength={100} value={name} onChange={setName} />
      <Segments
        label="Role"
        description={ROLES[role].may}
        isWide
        choices={ROLE_CHOICES}
        value={role}
        onChange={setRole}
      />
      <TextField
        label="Works until"
        type="date"
        value={texts.expires}
        onChange={(expires) => setTexts({ ...texts, expires })}
        description="The last day, in UTC. Empty: for good."
      />
      <LimitFields mode={apiKey.mode} texts={texts} onChange={setTexts} isOpen />
      {faults.length > 0 && <Fault title="Nothing was changed" faults={faults} />}
      <FaultOf error={error} title="Nothing was changed" />
    </Sheet>
  );
}

const OVERLAPS = [
  { value: '0', label: 'None' },
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '24 hours' },
  { value: '604800', label: '7 days' },
] as const;

/** Another secret for the same key: its name, limits and usage stay. */
export function RotateKeySheet({
  apiKey,
  onClose,
  onMade,
}: Omit<ChangeProps, 'onChanged'> & { onMade: (made: MadeKey) => void }) {
  const { isBusy, error, send } = useSending();
  const [overlap, setOverlap] = useState<(typeof OVERLAPS)[number]['value']>('86400');
  const [typed, setTyped] = useState('');
  const isSudden = overlap === '0';
  const disabledReason = isSudden ? untypedReason(apiKey.name, typed) : undefined;
  const submit = () =>
    disabledReason === undefined &&
    void send(async () => onMade(await rotateKey(apiKey.id, Number(overlap))));
  const words = isSudden
    ? `${apiKey.hint} and every earlier secret stop working within a second.`
    : `${apiKey.hint} works on for this time, so that programs can be changed one by one.`;
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={`Rotate ${apiKey.name}`}
      onSubmit={submit}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant={isSudden ? 'danger' : 'primary'}
            type="submit"
            isBusy={isBusy}
            disabledReason={disabledReason}
          >
            Rotate
          </Button>
        </>
      }
    >
      <p>The key gets another secret. Its name, limits and usage stay.</p>
      <Segments
        label="Overlap"
        description={words}
        isWide
        choices={OVERLAPS}
        value={overlap}
        onChange={setOverlap}
      />
      {isSudden && <TypedWord word={apiKey.name} value={typed} onChange={setTyped} />}
      <FaultOf error={error} title="The key was not rotated" />
    </Sheet>
  );
}
