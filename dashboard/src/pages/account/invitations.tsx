import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toApiError } from '../../api/client.ts';
import { invitationsQuery, invite, withdrawInvitation } from '../../api/members.ts';
import { useMe, useRoleReason } from '../../api/queries.ts';
import { useSession } from '../../api/session.ts';
import type { MadeInvitation, Role } from '../../api/wire.ts';
import { EmailField } from '../../parts/email-field.tsx';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSending } from '../../parts/form.ts';
import { ROLE_CHOICES, ROLES } from '../../parts/roles.ts';
import { Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { Segments } from '../../ui/choices.tsx';
import { Code } from '../../ui/code.tsx';
import { Sheet } from '../../ui/overlays.tsx';
import { Card } from '../../ui/page.tsx';
import { type Column, Row, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './account.module.css';

const COLUMNS: readonly Column[] = [
  { name: 'Invited' },
  { name: 'Role', isNarrow: true },
  { name: 'Ends', isNarrow: true, isWideOnly: true },
  { name: 'Actions', isNameHidden: true, isRight: true, isNarrow: true },
];

/** Links that let somebody in, each for one address, once. */
export function InvitationsCard() {
  const session = useSession();
  const queries = useQueryClient();
  const reason = useRoleReason('owner');
  const { data, error, refetch } = useQuery({ ...invitationsQuery(session), enabled: reason === undefined });
  const { error: refusal, send } = useSending();
  const [isOpen, setOpen] = useState(false);
  const reload = () => queries.invalidateQueries({ queryKey: invitationsQuery(session).queryKey });
  const withdraw = async (id: string) => {
    await send(() => withdrawInvitation(id));
    await reload();
  };
  return (
    <Card
      title="Invitations"
      isFlush
      actions={
        <Button size="small" disabledReason={reason} onClick={() => setOpen(true)}>
          Invite
        </Button>
      }
    >
      {(refusal || !data || data.length === 0) && (
        <div className={styles.padded}>
          <FaultOf error={refusal} title="The invitation was not withdrawn" />
          <FaultOf
            error={error ? toApiError(error) : undefined}
            title="The invitations could not be read"
            onRetry={() => refetch()}
          />
          {!data && !error && !reason && <Skeleton height={40} />}
          {data?.length === 0 && (
            <p className={styles.quiet}>None is open. An invitation is a link for one address.</p>
          )}
          {reason && <p className={styles.quiet}>Owners of the account see and make them.</p>}
        </div>
      )}
      {data && data.length > 0 && (
        <Table label="Invitations" columns={COLUMNS}>
          {data.map(({ id, email, role, expires_at }) => (
            <Row
              key={id}
              columns={COLUMNS}
              cells={[
                <span key="email" className={styles.person}>
                  {email}
                </span>,
                ROLES[role].word,
                <Time key="ends" at={expires_at} />,
                <Button key="withdraw" size="small" variant="quiet" onClick={() => withdraw(id)}>
                  Withdraw
                </Button>,
              ]}
            />
          ))}
        </Table>
      )}
      {isOpen && <InviteSheet onClose={() => setOpen(false)} onMade={reload} />}
    </Card>
  );
}

function InviteSheet({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const { server } = useMe();
  const { isBusy, error, send } = useSending();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('member');
  const [made, setMade] = useState<MadeInvitation>();
  const submit = async () => {
    await send(async () => setMade(await invite({ email: email.trim(), role })));
    onMade();
  };
  if (made) {
    return (
      <Sheet isOpen onClose={onClose} title="Invitation made" foot={<Button onClick={onClose}>Done</Button>}>
        <p>
          {server.mail ? `It was sent to ${made.email}. ` : `Send this link to ${made.email}. `}
          It works once, until <Time at={made.expires_at} />, and is shown this once.
        </p>
        <Code label="Invitation link" text={made.link} wraps />
      </Sheet>
    );
  }
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title="Invite a person"
      isDirty={email !== ''}
      onSubmit={submit}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            type="submit"
            isBusy={isBusy}
            disabledReason={email.includes('@') ? undefined : 'Enter an email address'}
          >
            Invite
          </Button>
        </>
      }
    >
      <EmailField description="The invitation is for this address alone." value={email} onChange={setEmail} />
      <Segments
        label="Role"
        description={ROLES[role].may}
        isWide
        choices={ROLE_CHOICES}
        value={role}
        onChange={setRole}
      />
      <FaultOf error={error} title="Nobody was invited" />
    </Sheet>
  );
}
