// Follows a link for one address: to join an account, to become an operator, or to choose another password. The token
// stands in the fragment, which no browser sends; the page takes it out of the address at once.
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { toApiError } from '../../api/client.ts';
import { acceptInvitation, asksForCode, lookAtInvitation } from '../../api/people.ts';
import { chooseSession } from '../../api/session.ts';
import type { InvitationLook } from '../../api/wire.ts';
import { CodeField } from '../../parts/code-field.tsx';
import { FixedEmail } from '../../parts/email-field.tsx';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSending } from '../../parts/form.ts';
import { judgePassword, NewPasswordField } from '../../parts/new-password.tsx';
import { ROLES } from '../../parts/roles.ts';
import { paths } from '../../paths.ts';
import { useGo } from '../../shell/address.ts';
import { GateForm, GatePage } from '../../shell/gate-page.tsx';
import { LinkButton } from '../../shell/link.tsx';
import { useLinkToken } from '../../shell/link-token.ts';
import { Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { PasswordField, TextField } from '../../ui/fields.tsx';

export function InvitationPage() {
  const token = useLinkToken();
  const { data, error } = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => lookAtInvitation(token),
    enabled: token !== '',
    retry: false,
  });
  if (token === '' || error) {
    return (
      <GatePage
        title="This link leads nowhere"
        lead="An invitation counts once, for seven days, and the newest one of an address counts. Ask for another."
      >
        {error && <FaultOf error={toApiError(error)} title="The link was refused" />}
        <LinkButton href={paths.signIn()}>Sign in</LinkButton>
      </GatePage>
    );
  }
  if (!data) {
    return (
      <GatePage title="Invitation">
        <Skeleton height={200} />
      </GatePage>
    );
  }
  return <Accept token={token} look={data} />;
}

/** What the page says of a link, by what it is for. */
function describe({ kind, account, role, operator }: InvitationLook): {
  title: string;
  lead: string;
  verb: string;
} {
  if (kind === 'password') {
    return {
      title: 'Choose another password',
      lead: 'Every session of yours ends, and you are signed in here.',
      verb: 'Change the password',
    };
  }
  const may = role ? `You join as ${ROLES[role].word.toLowerCase()}: ${ROLES[role].may.toLowerCase()}.` : '';
  const runs = operator ? 'You become an operator of this instance.' : '';
  return { title: `Join ${account?.name ?? 'Reelay'}`, lead: `${may} ${runs}`.trim(), verb: 'Join' };
}

function Accept({ token, look }: { token: string; look: InvitationLook }) {
  const go = useGo();
  const { isBusy, error, send } = useSending();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [isAsked, setAsked] = useState(false);
  const needsCode = isAsked || asksForCode(error);
  const isNew = !look.is_known;
  const choosesPassword = isNew || look.kind === 'password';
  const isReady =
    (!isNew || name.trim() !== '') && (choosesPassword ? judgePassword(password).isEnough : password !== '');
  const { title, lead, verb } = describe(look);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAsked(needsCode);
    const body = { token, password, ...(isNew ? { name: name.trim() } : {}), ...(code ? { code } : {}) };
    if (!(await send(() => acceptInvitation(body)))) return;
    if (look.account) chooseSession({ account: look.account.id });
    go(paths.playground(), { replace: true });
  };
  return (
    <GatePage title={title} lead={lead}>
      <GateForm onSubmit={submit}>
        <FixedEmail value={look.email} />
        {isNew && (
          <TextField label="Your name" autoComplete="name" isRequired value={name} onChange={setName} />
        )}
        {choosesPassword ? (
          <NewPasswordField label="New password" value={password} onChange={setPassword} />
        ) : (
          <PasswordField
            label="Your password"
            description="You have one here already: the link alone opens nothing."
            autoComplete="current-password"
            isRequired
            value={password}
            onChange={setPassword}
          />
        )}
        {needsCode && <CodeField value={code} onChange={setCode} />}
        <FaultOf error={error} title="Nothing was changed" />
        <Button
          variant="primary"
          type="submit"
          isWide
          isBusy={isBusy}
          disabledReason={isReady ? undefined : 'Fill in the fields above first'}
        >
          {verb}
        </Button>
      </GateForm>
    </GatePage>
  );
}
