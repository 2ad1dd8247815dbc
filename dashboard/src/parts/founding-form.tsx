// The form of a person who makes an account and becomes its owner: by the link of the set-up, or by that of a mail.
import { type FormEvent, useState } from 'react';
import { GateForm, InsecureNote } from '../shell/gate-page.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/fields.tsx';
import { EmailField, FixedEmail, isAddress } from './email-field.tsx';
import { FaultOf } from './fault-of.tsx';
import { useSending } from './form.ts';
import { judgePassword, NewPasswordField } from './new-password.tsx';

export interface Founder {
  email: string;
  name: string;
  /** Name of the account; empty where it may be. */
  account: string;
  password: string;
}

interface FoundingFormProps {
  isSecure: boolean;
  /** The address that the link is for; without one it is asked for. */
  email?: string;
  /** What the account is called when its name stays empty; without it a name is asked for. */
  usualAccount?: string;
  accountWords: string;
  verb: string;
  /** What is said when the server refuses. */
  refusal: string;
  onSend: (founder: Founder) => Promise<unknown>;
  onDone: () => void;
}

const EMPTY: Founder = { email: '', name: '', account: '', password: '' };

/** What is wrong with each field. */
function findFaults(founder: Founder, needsAccount: boolean): Partial<Record<keyof Founder, string>> {
  return {
    email: isAddress(founder.email) ? undefined : 'An address with an @ is needed',
    name: founder.name ? undefined : 'Say what to call you',
    account: founder.account || !needsAccount ? undefined : 'Give the account a name',
    password: judgePassword(founder.password).isEnough ? undefined : 'The password is too short',
  };
}

export function FoundingForm(props: FoundingFormProps) {
  const { isSecure, email, usualAccount, accountWords, verb, refusal, onSend, onDone } = props;
  const { isBusy, error, send } = useSending();
  const [typed, setTyped] = useState({ ...EMPTY, email: email ?? '' });
  const [wasSent, setSent] = useState(false);
  const set = (field: keyof Founder) => (value: string) => setTyped({ ...typed, [field]: value });
  const founder: Founder = {
    email: typed.email.trim(),
    name: typed.name.trim(),
    account: typed.account.trim(),
    password: typed.password,
  };
  const faults = findFaults(founder, usualAccount === undefined);
  const shown = wasSent ? faults : {};
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSent(true);
    if (Object.values(faults).some(Boolean)) return;
    if (await send(() => onSend(founder))) onDone();
  };
  return (
    <GateForm onSubmit={submit}>
      {!isSecure && <InsecureNote />}
      {email === undefined ? (
        <EmailField of="own" value={typed.email} onChange={set('email')} error={shown.email} />
      ) : (
        <FixedEmail value={email} />
      )}
      <TextField
        label="Your name"
        autoComplete="name"
        autoFocus={email !== undefined}
        isRequired
        value={typed.name}
        onChange={set('name')}
        error={shown.name}
      />
      <TextField
        label="Name of the account"
        description={accountWords}
        autoComplete="organization"
        placeholder={usualAccount}
        isRequired={usualAccount === undefined}
        value={typed.account}
        onChange={set('account')}
        error={shown.account}
      />
      <NewPasswordField
        label="Password"
        value={typed.password}
        onChange={set('password')}
        error={shown.password}
      />
      <FaultOf error={error} title={refusal} />
      <Button variant="primary" type="submit" isWide isBusy={isBusy}>
        {verb}
      </Button>
    </GateForm>
  );
}
