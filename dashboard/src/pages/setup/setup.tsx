// The first person takes the instance over, by the link that the terminal prints. The token stands in the fragment, which
// no browser sends; the page takes it out of the address at once.
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { toApiError } from '../../api/client.ts';
import { claimInstance, setupQuery } from '../../api/people.ts';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSending } from '../../parts/form.ts';
import { judgePassword, NewPasswordField } from '../../parts/new-password.tsx';
import { paths } from '../../paths.ts';
import { useGo } from '../../shell/address.ts';
import { GateForm, GatePage, InsecureNote } from '../../shell/gate-page.tsx';
import { LinkButton } from '../../shell/link.tsx';
import { useLinkToken } from '../../shell/link-token.ts';
import { Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { TextField } from '../../ui/fields.tsx';

export function SetupPage() {
  const token = useLinkToken();
  const { data, error, refetch } = useQuery(setupQuery);
  if (error) {
    return (
      <GatePage title="Set up Reelay">
        <FaultOf error={toApiError(error)} title="The server did not answer" onRetry={() => refetch()} />
      </GatePage>
    );
  }
  if (!data) {
    return (
      <GatePage title="Set up Reelay">
        <Skeleton height={240} />
      </GatePage>
    );
  }
  if (!data.open) return <Closed />;
  return token ? <Claim token={token} isSecure={data.server.is_secure} /> : <NoToken />;
}

function Closed() {
  return (
    <GatePage
      title="This instance has an owner"
      lead="The set-up was done. Sign in, or ask the owner for an invitation."
    >
      <LinkButton variant="primary" href={paths.signIn()}>
        Sign in
      </LinkButton>
    </GatePage>
  );
}

function NoToken() {
  return (
    <GatePage
      title="Open the set-up link"
      lead="Setting Reelay up makes you its owner, so this page opens only by the link that its terminal prints at each start. The newest link counts, for a day."
    >
      <div>
        <p>The link also stands in a file on the server:</p>
        <Code label="Where the link stands" text="cat data/setup-link" />
      </div>
    </GatePage>
  );
}

function Claim({ token, isSecure }: { token: string; isSecure: boolean }) {
  const go = useGo();
  const { isBusy, error, send } = useSending();
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [account, setAccount] = useState('');
  const [password, setPassword] = useState('');
  const [wasSent, setSent] = useState(false);
  const missing = {
    email: email.includes('@') ? undefined : 'An address with an @ is needed',
    name: name.trim() ? undefined : 'Say what to call you',
    password: judgePassword(password).isEnough ? undefined : 'The password is too short',
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSent(true);
    if (Object.values(missing).some(Boolean)) return;
    const body = { token, email, password, name: name.trim(), account: account.trim() || undefined };
    if (await send(() => claimInstance(body))) go(paths.welcome(), { replace: true });
  };
  return (
    <GatePage
      title="Set up Reelay"
      lead="You become the operator of this instance and the owner of its first account."
    >
      <GateForm onSubmit={submit}>
        {!isSecure && <InsecureNote />}
        <TextField
          label="Email"
          type="email"
          autoComplete="username"
          autoFocus
          isRequired
          value={email}
          onChange={setEmail}
          error={wasSent ? missing.email : undefined}
        />
        <TextField
          label="Your name"
          autoComplete="name"
          isRequired
          value={name}
          onChange={setName}
          error={wasSent ? missing.name : undefined}
        />
        <NewPasswordField
          label="Password"
          value={password}
          onChange={setPassword}
          error={wasSent ? missing.password : undefined}
        />
        <TextField
          label="Name of the account"
          description="Credits, keys and tasks belong to it. Your team or company; it can be changed."
          autoComplete="organization"
          placeholder="default"
          value={account}
          onChange={setAccount}
        />
        <FaultOf error={error} title="The instance was not set up" />
        <Button variant="primary" type="submit" isBusy={isBusy} isWide>
          Set up Reelay
        </Button>
      </GateForm>
    </GatePage>
  );
}
