import { useState } from 'react';
import { signOut } from '../../api/people.ts';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSending } from '../../parts/form.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/overlays.tsx';
import { Card } from '../../ui/page.tsx';
import styles from './account.module.css';

/** Signs out here, or in every browser. */
export function SessionsCard() {
  const [isAsking, setAsking] = useState(false);
  const { isBusy, error, send } = useSending();
  const leave = async (where: 'here' | 'everywhere') => {
    if (!(await send(() => signOut(where)))) setAsking(false);
  };
  return (
    <Card title="Sessions">
      <div className={styles.form}>
        <FaultOf error={error} title="You are still signed in" />
        <div className={styles.row}>
          <Button isBusy={isBusy} onClick={() => leave('here')}>
            Sign out here
          </Button>
          <Button onClick={() => setAsking(true)}>Sign out everywhere</Button>
        </div>
      </div>
      <Confirm
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title="Sign out in every browser?"
        verb="Sign out everywhere"
        isBusy={isBusy}
        onConfirm={() => leave('everywhere')}
      >
        <p>Every session of yours ends within a second, this one included. API keys go on working.</p>
      </Confirm>
    </Card>
  );
}
