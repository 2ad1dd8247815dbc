// Open sign-up, where the operator allows it: the page first sends a link to an address, and then is where that link leads.
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { toApiError } from '../../api/client.ts';
import { setupQuery } from '../../api/people.ts';
import { askForSignUpLink } from '../../api/sign-up.ts';
import { EmailField } from '../../parts/email-field.tsx';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSending } from '../../parts/form.ts';
import { paths } from '../../paths.ts';
import { GateForm, GatePage, InsecureNote } from '../../shell/gate-page.tsx';
import { Link, LinkButton } from '../../shell/link.tsx';
import { useLinkToken } from '../../shell/link-token.ts';
import { Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { FollowLink } from './follow-link.tsx';

const TITLE = 'Make an account';

export function SignUpPage() {
  const token = useLinkToken();
  const [refused, setRefused] = useState('');
  const { data, error, refetch } = useQuery(setupQuery);
  if (error) {
    return (
      <GatePage title={TITLE}>
        <FaultOf error={toApiError(error)} title="The server did not answer" onRetry={() => refetch()} />
      </GatePage>
    );
  }
  if (!data) {
    return (
      <GatePage title={TITLE}>
        <Skeleton height={160} />
      </GatePage>
    );
  }
  if (!data.server.sign_up || data.open) return <Closed />;
  const isSecure = data.server.is_secure;
  if (token === refused) return <AskForLink isSecure={isSecure} />;
  return <FollowLink token={token} isSecure={isSecure} onAskAgain={() => setRefused(token)} />;
}

function Closed() {
  return (
    <GatePage
      title="Sign-up is closed"
      lead="People join this server by invitation. Ask the owner of an account for one."
    >
      <LinkButton href={paths.signIn()}>Sign in</LinkButton>
    </GatePage>
  );
}

function AskForLink({ isSecure }: { isSecure: boolean }) {
  const { isBusy, error, send } = useSending();
  const [email, setEmail] = useState('');
  const [isSent, setSent] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await send(() => askForSignUpLink(email))) setSent(true);
  };
  if (isSent) {
    return (
      <GatePage title="Look into your mail">
        <p role="status">
          A mail is on its way to {email.trim()}. Its link works once, within 24 hours. Nothing was made yet.
        </p>
        <Button variant="quiet" isWide onClick={() => setSent(false)}>
          Use another address
        </Button>
      </GatePage>
    );
  }
  return (
    <GatePage
      title={TITLE}
      lead="We send a link to your address. Your account begins with test credits; drafts cost no money."
    >
      {!isSecure && <InsecureNote />}
      <GateForm onSubmit={submit}>
        <EmailField of="mine" value={email} onChange={setEmail} />
        <FaultOf error={error} title="No link was sent" />
        <Button
          variant="primary"
          type="submit"
          isWide
          isBusy={isBusy}
          disabledReason={email.includes('@') ? undefined : 'Enter your address'}
        >
          Send a link
        </Button>
      </GateForm>
      <p>
        You have an account? <Link href={paths.signIn()}>Sign in</Link>
      </p>
    </GatePage>
  );
}
