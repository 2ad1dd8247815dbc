import { type FormEvent, useState } from 'react';
import { askForPasswordLink } from '../../api/elsewhere.ts';
import { EmailField } from '../../parts/email-field.tsx';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSending } from '../../parts/form.ts';
import { GateForm } from '../../shell/gate-page.tsx';
import { Button } from '../../ui/button.tsx';

/** Asks for a link by mail; without mail it says who can help. */
export function LostPassword({ hasMail }: { hasMail: boolean }) {
  const { isBusy, error, send } = useSending();
  const [isOpen, setOpen] = useState(false);
  const [email, setEmail] = useState('');
  const [isSent, setSent] = useState(false);
  if (!isOpen) {
    return (
      <Button variant="quiet" isWide onClick={() => setOpen(true)}>
        Lost your password?
      </Button>
    );
  }
  if (!hasMail) {
    return (
      <p role="status">This server sends no mail. Its operator can make you a link for another password.</p>
    );
  }
  if (isSent) {
    return (
      <p role="status">
        If somebody here has this address, a link is on its way to it. It works once, within an hour.
      </p>
    );
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await send(() => askForPasswordLink(email))) setSent(true);
  };
  return (
    <GateForm onSubmit={submit}>
      <EmailField label="Your address" of="mine" value={email} onChange={setEmail} />
      <FaultOf error={error} title="No link was sent" />
      <Button type="submit" isWide isBusy={isBusy} disabledReason={email ? undefined : 'Enter your address'}>
        Send a link
      </Button>
    </GateForm>
  );
}
