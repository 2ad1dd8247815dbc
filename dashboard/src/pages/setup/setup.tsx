// The first person takes the instance over, by the link that the terminal prints. The token stands in the fragment, which
// no browser sends; the page takes it out of the address at once.
import { useQuery } from '@tanstack/react-query';
import { toApiError } from '../../api/client.ts';
import { claimInstance, setupQuery } from '../../api/people.ts';
import { FaultOf } from '../../parts/fault-of.tsx';
import { FoundingForm } from '../../parts/founding-form.tsx';
import { paths } from '../../paths.ts';
import { useGo } from '../../shell/address.ts';
import { GatePage } from '../../shell/gate-page.tsx';
import { LinkButton } from '../../shell/link.tsx';
import { useLinkToken } from '../../shell/link-token.ts';
import { Skeleton } from '../../ui/blanks.tsx';
import { Code } from '../../ui/code.tsx';

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
  return (
    <GatePage
      title="Set up Reelay"
      lead="You become the operator of this instance and the owner of its first account."
    >
      <FoundingForm
        isSecure={isSecure}
        usualAccount="default"
        accountWords="Credits, keys and tasks belong to it. Your team or company; it can be changed."
        verb="Set up Reelay"
        refusal="The instance was not set up"
        onSend={(founder) => claimInstance({ token, ...founder, account: founder.account || undefined })}
        onDone={() => go(paths.welcome(), { replace: true })}
      />
    </GatePage>
  );
}
