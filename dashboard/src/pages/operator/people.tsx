// Everybody who can sign in, in all accounts: what they may do, and the links that let them in.

import { Ellipsis, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useOperatorAct } from '../../api/operator.ts';
import type { PersonLink, PersonOfInstance } from '../../api/wire.ts';
import { ROLES } from '../../parts/roles.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Confirm } from '../../ui/overlays.tsx';
import type { Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { ActFault, OperatorList, OperatorPage, toMs } from './frame.tsx';
import styles from './operator.module.css';
import { InviteSheet, LinkSheet, RolesSheet } from './person-sheets.tsx';

const COLUMNS: readonly Column[] = [
  { name: 'Person' },
  { name: 'Accounts' },
  { name: 'Since', isNarrow: true, isWideOnly: true },
  { name: 'Actions', isNameHidden: true, isRight: true, isNarrow: true },
];

type Open =
  | { kind: 'invite' }
  | { kind: 'link'; made: PersonLink }
  | { kind: 'roles' | 'operator' | 'remove'; person: PersonOfInstance };

export function OperatorPeoplePage() {
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const link = useOperatorAct<PersonLink>();
  const show = (made: PersonLink) => setOpen({ kind: 'link', made });
  const makeLink = ({ id }: PersonOfInstance) =>
    link.mutate({ method: 'post', path: `/people/${id}/password-link` }, { onSuccess: show });
  return (
    <OperatorPage
      title="People"
      lead="Everybody who can sign in. A person needs an account to work in, or is an operator, or both."
      actions={
        <Button
          variant="primary"
          icon={<UserPlus size={16} aria-hidden />}
          onClick={() => setOpen({ kind: 'invite' })}
        >
          Invite
        </Button>
      }
    >
      <ActFault title="No link was made" error={link.error} />
      <OperatorList<PersonOfInstance>
        label="People"
        path="/people"
        columns={COLUMNS}
        idOf={({ id }) => id}
        cells={(person) => [
          <Who key="who" person={person} />,
          <Roles key="roles" person={person} />,
          <Time key="since" at={toMs(person.created_at)} />,
          <Actions key="actions" person={person} onOpen={setOpen} onLink={makeLink} />,
        ]}
        empty={{ title: 'Nobody yet', words: 'Invite the first person by an address.' }}
      />
      {open?.kind === 'invite' && <InviteSheet onClose={close} onMade={show} />}
      {open?.kind === 'link' && <LinkSheet made={open.made} onClose={close} />}
      {open?.kind === 'roles' && <RolesSheet person={open.person} onClose={close} />}
      {open?.kind === 'operator' && <OperatorConfirm person={open.person} onClose={close} />}
      {open?.kind === 'remove' && <RemoveConfirm person={open.person} onClose={close} />}
    </OperatorPage>
  );
}

function Who({ person }: { person: PersonOfInstance }) {
  return (
    <span>
      <span className={styles.left}>
        {person.name}
        {person.operator && <Chip>Operator</Chip>}
        {person.second_factor && <Chip tone="ok">Second factor</Chip>}
      </span>
      <span className={styles.below}>{person.email}</span>
    </span>
  );
}

function Roles({ person: { accounts } }: { person: PersonOfInstance }) {
  if (accounts.length === 0) return <span className={styles.quiet}>none</span>;
  return accounts.map(({ id, name, role }) => (
    <span key={id} className={styles.line}>
      {name} <span className={styles.quiet}>{ROLES[role].word}</span>
    </span>
  ));
}

interface ActionsProps {
  person: PersonOfInstance;
  onOpen: (open: Open) => void;
  onLink: (person: PersonOfInstance) => void;
}

function Actions({ person, onOpen, onLink }: ActionsProps) {
  const { name, operator, accounts } = person;
  const roles = { label: 'Change roles', onClick: () => onOpen({ kind: 'roles', person }) };
  return (
    <Menu
      trigger={
        <IconButton size="small" label={`Actions of ${name}`}>
          <Ellipsis size={16} aria-hidden />
        </IconButton>
      }
      items={[
        ...(accounts.length > 0 ? [roles] : []),
        {
          label: operator ? 'End as operator' : 'Make operator',
          onClick: () => onOpen({ kind: 'operator', person }),
        },
        { label: 'Link to another password', onClick: () => onLink(person) },
        { label: 'Remove', isDanger: true, group: '', onClick: () => onOpen({ kind: 'remove', person }) },
      ]}
    />
  );
}

interface ConfirmProps {
  person: PersonOfInstance;
  onClose: () => void;
}

function OperatorConfirm({ person: { id, name, email, operator }, onClose }: ConfirmProps) {
  const change = useOperatorAct<PersonOfInstance>();
  const verb = operator ? 'End as operator' : 'Make operator';
  const send = () =>
    change.mutate(
      { method: 'patch', path: `/people/${id}`, body: { operator: !operator } },
      { onSuccess: onClose },
    );
  return (
    <Confirm
      isOpen
      onClose={onClose}
      title={`${verb}: ${name}?`}
      verb={verb}
      word={operator ? undefined : email}
      onConfirm={send}
    >
      <p>
        {operator
          ? 'The roles in accounts stay. Open sessions end.'
          : 'An operator sees every account, moves credits and changes prices. Open sessions end.'}
      </p>
      <ActFault title="Nothing was changed" error={change.error} />
    </Confirm>
  );
}

function RemoveConfirm({ person: { id, name, email }, onClose }: ConfirmProps) {
  const remove = useOperatorAct<PersonOfInstance>();
  const send = () => remove.mutate({ method: 'delete', path: `/people/${id}` }, { onSuccess: onClose });
  return (
    <Confirm isOpen onClose={onClose} title={`Remove ${name}?`} verb="Remove" word={email} onConfirm={send}>
      <p>{email} can no longer sign in. Keys, tasks and credits stay with their accounts.</p>
      <ActFault title="Nobody was removed" error={remove.error} />
    </Confirm>
  );
}
