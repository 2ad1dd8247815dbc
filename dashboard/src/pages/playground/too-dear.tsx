// Too few credits: what is free, what open tasks hold, and the way to more.
import type { ApiError } from '../../api/client.ts';
import { useBalance, useMe } from '../../api/queries.ts';
import { chooseSession, useSession } from '../../api/session.ts';
import { paths } from '../../paths.ts';
import { LinkButton } from '../../shell/link.tsx';
import { Button } from '../../ui/button.tsx';
import { formatCredits } from '../../ui/money.tsx';
import styles from './stage.module.css';

export function TooDear({ refusal, price }: { refusal: ApiError; price: number | undefined }) {
  const { data } = useBalance();
  const { mode } = useSession();
  const { person } = useMe();
  return (
    <div className={styles.words} role="alert">
      <p className={styles.heading}>Not enough credits</p>
      <p className={styles.quiet}>
        {data && price !== undefined
          ? `This costs ${formatCredits(price)}; ${formatCredits(data.balance)} are free and ${formatCredits(data.held)} are held by open tasks.`
          : refusal.message}{' '}
        Nothing was charged.
      </p>
      <p className={styles.quiet}>
        {data && data.held > 0 && 'What open tasks hold comes back when they fail or are cancelled. '}
        {person.operator
          ? 'You can grant credits to this account.'
          : 'The operator of this server grants credits; ask for more.'}
      </p>
      <div className={styles.actions}>
        {data && data.held > 0 && (
          <LinkButton href={paths.tasks({ status: 'open' })}>See the open tasks</LinkButton>
        )}
        {person.operator && <LinkButton href={paths.operatorAccounts()}>Grant credits</LinkButton>}
        {mode === 'live' && (
          <Button onClick={() => chooseSession({ mode: 'test' })}>Try it in test mode, free</Button>
        )}
      </div>
    </div>
  );
}
