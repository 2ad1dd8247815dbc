import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toApiError } from '../../api/client.ts';
import { changeRole, peopleQuery, removePerson } from '../../api/members.ts';
import { meQuery, useMe, useRoleReason } from '../../api/queries.ts';
import { useSession } from '../../api/session.ts';
import type { Member, Role } from '../../api/wire.ts';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSending } from '../../parts/form.ts';
import { ROLE_CHOICES, ROLES } from '../../parts/roles.ts';
import { Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/choices.tsx';
import { Confirm } from '../../ui/overlays.tsx';
import { Card } from '../../ui/page.tsx';
import { type Column, Row, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './account.module.css';

const COLUMNS: readonly Column[] = [
  { name: 'Person' },
  { name: 'Role', isNarrow: true },
  { name: 'Since', isNarrow: true, isWideOnly: true },
  { name: 'Actions', isNameHidden: true, isRight: true, isNarrow: true },
];

/** Everybody who may do something in the account, and what. */
export function PeopleCard() {
  const session = useSession();
  const queries = useQueryClient();
  const me = useMe();
  const reason = useRoleReason('owner');
  const { data, error, refetch } = useQuery(peopleQuery(session));
  const { error: refusal, send } = useSending();
  const [leaving, setLeaving] = useState<Member>();
  const act = async (change: () => Promise<unknown>) => {
    await send(change);
    setLeaving(undefined);
    await queries.invalidateQueries({ queryKey: peopleQuery(session).queryKey });
    await queries.invalidateQueries({ queryKey: meQuery.queryKey });
  };
  return (
    <Card title="People" isFlush>
      {(refusal || !data) && (
        <div className={styles.padded}>
          <FaultOf error={refusal} title="Nothing was changed" />
          <FaultOf
            error={error ? toApiError(error) : undefined}
            title="The people could not be read"
            onRetry={() => refetch()}
          />
          {!data && !error && <Skeleton height={96} />}
        </div>
      )}
      {data && (
        <Table label="People" columns={COLUMNS}>
          {data.map((member) => (
            <Row
              key={member.id}
              columns={COLUMNS}
              cells={[
                <Who key="who" member={member} isYou={member.id === me.person.id} />,
                <RoleOf key="role" member={member} isFixed={reason !== undefined} onChange={act} />,
                <Time key="since" at={member.joined_at} />,
                <Button
                  key="remove"
                  size="small"
                  variant="quiet"
                  disabledReason={reason}
                  onClick={() => setLeaving(member)}
                >
                  Remove
                </Button>,
              ]}
            />
          ))}
        </Table>
      )}
      <Confirm
        isOpen={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        title={`Remove ${leaving?.name ?? 'the person'}?`}
        verb="Remove"
        onConfirm={() => leaving && act(() => removePerson(leaving.id))}
      >
        <p>{leaving?.email} loses this account within a second. Keys and tasks stay with the account.</p>
      </Confirm>
    </Card>
  );
}

function Who({ member, isYou }: { member: Member; isYou: boolean }) {
  // A narrow column breaks the address there.
  const at = member.email.indexOf('@');
  return (
    <span className={styles.person}>
      <span>
        {member.name}
        {isYou && <span className={styles.quiet}> (you)</span>}
      </span>
      <span className={styles.quiet}>
        {member.email.slice(0, at)}
        <wbr />
        {member.email.slice(at)}
      </span>
    </span>
  );
}

function RoleOf({
  member,
  isFixed,
  onChange,
}: {
  member: Member;
  isFixed: boolean;
  onChange: (change: () => Promise<unknown>) => void;
}) {
  if (isFixed) return ROLES[member.role].word;
  return (
    <div className={styles.role}>
      <SelectField<Role>
        label={`Role of ${member.name}`}
        isLabelHidden
        choices={ROLE_CHOICES}
        value={member.role}
        onChange={(role) => onChange(() => changeRole(member.id, role))}
      />
    </div>
  );
}
