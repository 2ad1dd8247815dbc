// Where the link of the mail leads: a name, a password and the name of the account, which are written together.
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { toApiError } from '../../api/client.ts';
import { chooseSession } from '../../api/session.ts';
import { acceptSignUp, lookAtSignUp } from '../../api/sign-up.ts';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSending } from '../../parts/form.ts';
import { judgePassword, NewPasswordField } from '../../parts/new-password.tsx';
import { paths } from '../../paths.ts';
import { useGo } from '../../shell/address.ts';
import { GateForm, GatePage, InsecureNote } from '../../shell/gate-page.tsx';
import { Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields.tsx';

interface Entry {
  token: string;
  isSecure: boolean;
}

export function FollowLink({ token, isSecure, onAskAgain }: Entry & { onAskAgain: () => void }) {
  const { data, error } = useQuery({
    queryKey: ['sign-up', token],
    queryFn: () => lookAtSignUp(token),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error) {
    return (
      <GatePage
        title="This link leads nowhere"
        lead="It works once, within 24 hours, and the newest one of an address counts."
      >
        <FaultOf error={toApiError(error)} title="The link was refused" />
        <Button isWide onClick={onAskAgain}>
          Ask for another link
        </Button>
      </GatePage>
    );
  }
  if (!data) {
    return (
      <GatePage title="Make an account">
        <Skeleton height={280} />
      </GatePage>
    );
  }
  return <AcceptForm token={token} isSecure={isSecure} email={data.email} />;
}

function AcceptForm({ token, isSecure, email }: Entry & { email: string }) {
  const go = useGo();
  const { isBusy, error, send } = useSending();
  const [name, setName] = useState('');
  const [account, setAccount] = useState('');
  const [password, setPassword] = useState('');
  const [wasSent, setSent] = useState(false);
  const missing = {
    name: name.trim() ? undefined : 'Say what to call you',
    account: account.trim() ? undefined : 'Give the account a name',
    password: judgePassword(password).isEnough ? undefined : 'The password is too short',
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSent(true);
    if (Object.values(missing).some(Boolean)) return;
    const body = { token, name: name.trim(), password, account: account.trim() };
    const isDone = await send(async () => {
      const me = await acceptSignUp(body);
      chooseSession({ account: me.accounts[0]?.id, mode: 'test' });
    });
    if (isDone) go(paths.welcome(), { replace: true });
  };
  return (
    <GatePage title="Make an account" lead="You become the owner of your account and may invite others.">
      <GateForm onSubmit={submit}>
        {!isSecure && <InsecureNote />}
        <TextField
          label="Email"
          type="email"
          autoComplete="username"
          readOnly
          value={email}
          onChange={() => undefined}
        />
        <TextField
          label="Your name"
          autoComplete="name"
          autoFocus
          isRequired
          value={name}
          onChange={setName}
          error={wasSent ? missing.name : undefined}
        />
        <TextField
          label="Name of the account"
          description="Credits, keys and tasks belong to it. Your team or company; nobody else has this name."
          autoComplete="organization"
          isRequired
          value={account}
          onChange={setAccount}
          error={wasSent ? missing.account : undefined}
        />
        <NewPasswordField
          label="Password"
          value={password}
          onChange={setPassword}
          error={wasSent ? missing.password : undefined}
        />
        <FaultOf error={error} title="Nothing was made" />
        <Button variant="primary" type="submit" isWide isBusy={isBusy}>
          Make the account
        </Button>
      </GateForm>
    </GatePage>
  );
}
