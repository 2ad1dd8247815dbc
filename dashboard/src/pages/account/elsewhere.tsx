import { leaveFor, nameOfProvider, sentenceOfReturn } from '../../api/elsewhere.ts';
import { useMe } from '../../api/queries.ts';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSending } from '../../parts/form.ts';
import { useSearch } from '../../shell/address.ts';
import { Fault } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/page.tsx';
import styles from './account.module.css';

/** Links an identity at another provider, to sign in there from then on. Nothing where the server knows none. */
export function ElsewhereCard() {
  const { person, server } = useMe();
  const [{ error: failure }] = useSearch();
  const { isBusy, error, send } = useSending();
  if (server.oauth.length === 0) return null;
  return (
    <Card title="Sign-in elsewhere">
      <div className={styles.form}>
        <p className={styles.quiet}>Link an identity whose address is {person.email} to sign in with it.</p>
        {failure && <Fault title="It was not linked" message={sentenceOfReturn(failure)} />}
        <FaultOf error={error} title="It was not linked" />
        <div className={styles.row}>
          {server.oauth.map((provider) => (
            <Button key={provider} isBusy={isBusy} onClick={() => send(() => leaveFor(provider, 'link'))}>
              Link {nameOfProvider(provider)}
            </Button>
          ))}
        </div>
      </div>
    </Card>
  );
}
