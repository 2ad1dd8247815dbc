// Where the link of the mail leads: a name, a password and the name of the account, which are written together.
import { useQuery } from '@tanstack/react-query';
import { toApiError } from '../../api/client.ts';
import { chooseSession } from '../../api/session.ts';
import { acceptSignUp, lookAtSignUp } from '../../api/sign-up.ts';
import { FaultOf } from '../../parts/fault-of.tsx';
import { type Founder, FoundingForm } from '../../parts/founding-form.tsx';
import { paths } from '../../paths.ts';
import { useGo } from '../../shell/address.ts';
import { GatePage } from '../../shell/gate-page.tsx';
import { Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';

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
  const accept = async ({ name, account, password }: Founder) => {
    const me = await acceptSignUp({ token, name, account, password });
    chooseSession({ account: me.accounts[0]?.id, mode: 'test' });
  };
  return (
    <GatePage title="Make an account" lead="You become the owner of your account and may invite others.">
      <FoundingForm
        isSecure={isSecure}
        email={email}
        accountWords="Credits, keys and tasks belong to it. Your team or company; nobody else has this name."
        verb="Make the account"
        refusal="Nothing was made"
        onSend={accept}
        onDone={() => go(paths.welcome(), { replace: true })}
      />
    </GatePage>
  );
}
