import { leaveFor, nameOfProvider, sentenceOfReturn } from '../../api/elsewhere.ts';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSending } from '../../parts/form.ts';
import { Fault } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';

/** The other ways to sign in, one button each, and what came of the last try. Nothing where there are none. */
export function SignInElsewhere({
  providers,
  failure,
}: {
  providers: readonly string[];
  /** The word that the address came back with. */
  failure: string | undefined;
}) {
  const { isBusy, error, send } = useSending();
  return (
    <>
      {failure && <Fault title="You are not signed in" message={sentenceOfReturn(failure)} />}
      <FaultOf error={error} title="The sign-in could not begin" />
      {providers.map((provider) => (
        <Button
          key={provider}
          isWide
          isBusy={isBusy}
          onClick={() => send(() => leaveFor(provider, 'sign-in'))}
        >
          Sign in with {nameOfProvider(provider)}
        </Button>
      ))}
    </>
  );
}
