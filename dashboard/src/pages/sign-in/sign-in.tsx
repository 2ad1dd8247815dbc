// Sign-in by email and password, and a second factor where the person has one.
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { setupQuery, signIn, trySignIn } from '../../api/people.ts';
import { CodeField } from '../../parts/code-field.tsx';
import { EmailField } from '../../parts/email-field.tsx';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSending } from '../../parts/form.ts';
import { paths } from '../../paths.ts';
import { useGo, useSearch } from '../../shell/address.ts';
import { GateForm, GatePage, InsecureNote } from '../../shell/gate-page.tsx';
import { Link } from '../../shell/link.tsx';
import { Button } from '../../ui/button.tsx';
import { PasswordField } from '../../ui/fields.tsx';
import { SignInElsewhere } from './elsewhere.tsx';
import { LostPassword } from './lost-password.tsx';

/** Only an address of this application: a link that leads elsewhere after the sign-in would be a trap. */
function safeNext(next: string | undefined): string {
  return next?.startsWith('/') && !/^\/[/\\]/.test(next) ? next : paths.playground();
}

interface Given {
  email: string;
  password: string;
}

export function SignInPage() {
  const go = useGo();
  const [{ next, error }] = useSearch();
  const { data, isPending } = useQuery(setupQuery);
  const [given, setGiven] = useState<Given>();
  const isUnclaimed = data?.open === true;
  useEffect(() => {
    if (isUnclaimed) go(paths.setup(), { replace: true });
  }, [isUnclaimed, go]);
  const enter = () => go(safeNext(next), { replace: true });
  if (given) {
    return (
      <GatePage title="Your code" lead={`The password of ${given.email} is right.`}>
        <CodeForm given={given} onDone={enter} onBack={() => setGiven(undefined)} />
      </GatePage>
    );
  }
  return (
    <GatePage title="Sign in">
      {data?.server.is_secure === false && <InsecureNote />}
      <SignInForm onDone={enter} onRight={setGiven} />
      <SignInElsewhere providers={data?.server.oauth ?? []} failure={error} />
      {data?.server.sign_up && (
        <p>
          New here? <Link href={paths.signUp()}>Make an account</Link>
        </p>
      )}
      {!isPending && <LostPassword hasMail={data?.server.mail === true} />}
    </GatePage>
  );
}

/** The second step, of a person with a second factor. Nothing is signed in before. */
function CodeForm({ given, onDone, onBack }: { given: Given; onDone: () => void; onBack: () => void }) {
  const { isBusy, error, send } = useSending();
  const [code, setCode] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await send(() => signIn({ ...given, code }))) onDone();
  };
  return (
    <GateForm onSubmit={submit}>
      <CodeField value={code} onChange={setCode} />
      <FaultOf error={error} title="You are not signed in" />
      <Button
        variant="primary"
        type="submit"
        isWide
        isBusy={isBusy}
        disabledReason={code.trim() ? undefined : 'Enter the code'}
      >
        Sign in
      </Button>
      <Button variant="quiet" isWide onClick={onBack}>
        Use another address
      </Button>
    </GateForm>
  );
}

function SignInForm({ onDone, onRight }: { onDone: () => void; onRight: (given: Given) => void }) {
  const { isBusy, error, send } = useSending();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const given = { email, password };
    await send(async () => ((await trySignIn(given)) ? onDone() : onRight(given)));
  };
  return (
    <GateForm onSubmit={submit}>
      <EmailField of="own" value={email} onChange={setEmail} />
      <PasswordField
        label="Password"
        autoComplete="current-password"
        isRequired
        value={password}
        onChange={setPassword}
      />
      <FaultOf error={error} title="You are not signed in" />
      <Button
        variant="primary"
        type="submit"
        isWide
        isBusy={isBusy}
        disabledReason={email && password ? undefined : 'Enter your email and password'}
      >
        Sign in
      </Button>
    </GateForm>
  );
}
