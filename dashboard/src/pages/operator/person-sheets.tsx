// The sheets of a person: an invitation, the link that came of it, and the roles in accounts.
import { useState } from 'react';
import { useOperatorAct } from '../../api/operator.ts';
import type { PersonLink, PersonOfInstance, Role } from '../../api/wire.ts';
import { EmailField, isAddress } from '../../parts/email-field.tsx';
import { ROLE_CHOICES, ROLES } from '../../parts/roles.ts';
import { Button } from '../../ui/button.tsx';
import { CheckField, Segments, SelectField } from '../../ui/choices.tsx';
import { Code } from '../../ui/code.tsx';
import { TextField } from '../../ui/fields.tsx';
import { Sheet } from '../../ui/overlays.tsx';
import { Time } from '../../ui/time.tsx';
import { ActSheet } from './act-sheet.tsx';
import { ActFault, toMs } from './frame.tsx';
import styles from './operator.module.css';

interface Draft {
  email: string;
  account: string;
  role: Role;
  isOperator: boolean;
}

const EMPTY: Draft = { email: '', account: '', role: 'member', isOperator: false };

/** Why it cannot be sent yet. */
function findReason({ email, account, isOperator }: Draft): string | undefined {
  if (!isAddress(email)) return 'Enter an email address';
  return account.trim() === '' && !isOperator ? 'Name an account, or choose Operator' : undefined;
}

export function InviteSheet({
  onClose,
  onMade,
}: {
  onClose: () => void;
  onMade: (made: PersonLink) => void;
}) {
  const [draft, setDraft] = useState(EMPTY);
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const account = draft.account.trim();
  const body = {
    email: draft.email.trim(),
    operator: draft.isOperator,
    ...(account && { account, role: draft.role }),
  };
  return (
    <ActSheet<PersonLink>
      title="Invite a person"
      verb="Invite"
      refusal="Nobody was invited"
      reason={findReason(draft)}
      call={{ method: 'post', path: '/people/invite', body }}
      isDirty={draft !== EMPTY}
      onClose={onClose}
      onDone={onMade}
    >
      <EmailField
        description="The link is for this address alone."
        value={draft.email}
        onChange={(email) => set({ email })}
      />
      <TextField
        label="Account"
        description="Its name or id; empty for an operator without one."
        maxLength={100}
        value={draft.account}
        onChange={(name) => set({ account: name })}
      />
      <Segments<Role>
        label="Role in the account"
        description={ROLES[draft.role].may}
        isWide
        choices={ROLE_CHOICES}
        value={draft.role}
        onChange={(role) => set({ role })}
      />
      <CheckField
        label="Operator"
        description="Sees every account, moves credits and changes prices."
        isOn={draft.isOperator}
        onChange={(isOperator) => set({ isOperator })}
      />
    </ActSheet>
  );
}

export function LinkSheet({ made, onClose }: { made: PersonLink; onClose: () => void }) {
  return (
    <Sheet isOpen onClose={onClose} title="The link" foot={<Button onClick={onClose}>Done</Button>}>
      <p>
        Send this link to {made.email}. It works once, until <Time at={toMs(made.expires_at)} />, and is shown
        this once.
      </p>
      <Code label="Link" text={made.link} wraps />
    </Sheet>
  );
}

type RoleOrNone = Role | 'none';

const CHOICES: readonly { value: RoleOrNone; label: string }[] = [
  ...ROLE_CHOICES,
  { value: 'none', label: 'No role' },
];

/** Each choice holds at once. */
export function RolesSheet({ person, onClose }: { person: PersonOfInstance; onClose: () => void }) {
  const [accounts, setAccounts] = useState<{ id: string; name: string; role: RoleOrNone }[]>(person.accounts);
  const change = useOperatorAct<PersonOfInstance>();
  const choose = (account: string, role: RoleOrNone) =>
    change.mutate(
      {
        method: 'patch',
        path: `/people/${person.id}`,
        body: { account, role: role === 'none' ? null : role },
      },
      {
        onSuccess: () =>
          setAccounts(accounts.map((each) => (each.id === account ? { ...each, role } : each))),
      },
    );
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={`Roles of ${person.name}`}
      foot={<Button onClick={onClose}>Done</Button>}
    >
      <div className={styles.fields}>
        <p className={styles.words}>A choice holds at once, and ends the open sessions of {person.email}.</p>
        {accounts.map(({ id, name, role }) => (
          <SelectField<RoleOrNone>
            key={id}
            label={name}
            choices={CHOICES}
            value={role}
            onChange={(next) => choose(id, next)}
          />
        ))}
        <ActFault title="The role stays as it was" error={change.error} />
      </div>
    </Sheet>
  );
}
