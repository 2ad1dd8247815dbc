import { type FormEvent, useState } from 'react';
import { changePassword } from '../../api/people.ts';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSending } from '../../parts/form.ts';
import { judgePassword, NewPasswordField } from '../../parts/new-password.tsx';
import { Button } from '../../ui/button.tsx';
import { PasswordField } from '../../ui/fields.tsx';
import { Card } from '../../ui/page.tsx';
import styles from './account.module.css';

/** Changes the password; every other session of the person ends. */
export function PasswordCard() {
  const { isBusy, error, send } = useSending();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [isDone, setDone] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setDone(false);
    if (!(await send(() => changePassword({ current, password })))) return;
    setCurrent('');
    setPassword('');
    setDone(true);
  };
  const isReady = current !== '' && judgePassword(password).isEnough;
  return (
    <Card title="Password">
      <form className={styles.form} noValidate onSubmit={submit}>
        <PasswordField
          label="Password now"
          autoComplete="current-password"
          isRequired
          value={current}
          onChange={setCurrent}
        />
        <NewPasswordField label="New password" value={password} onChange={setPassword} />
        <FaultOf error={error} title="The password was not changed" />
        <div className={styles.row}>
          <Button
            type="submit"
            isBusy={isBusy}
            disabledReason={
              isReady ? undefined : 'Enter the password of now, and a new one of 12 characters or more'
            }
          >
            Change the password
          </Button>
        </div>
        <p role="status" className={styles.quiet}>
          {isDone ? 'Changed. Your other sessions were signed out.' : ''}
        </p>
      </form>
    </Card>
  );
}
