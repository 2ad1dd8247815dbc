// A field for an email address: of the person at the page, or of another.
import type { ReactNode } from 'react';
import { TextField } from '../ui/fields.tsx';

/** Whether it may be an address; the server decides. */
export function isAddress(text: string): boolean {
  return /^\S+@\S+$/.test(text.trim());
}

interface EmailFieldProps {
  label?: string;
  description?: ReactNode;
  error?: string;
  /** `own`: password managers fill it, and the page begins with it. `mine`: the browser offers addresses. */
  of?: 'own' | 'mine' | 'another';
  value: string;
  onChange: (value: string) => void;
}

const COMPLETIONS = { own: 'username', mine: 'email', another: 'off' } as const;

export function EmailField({ label = 'Email', of = 'another', ...rest }: EmailFieldProps) {
  return (
    <TextField
      {...rest}
      label={label}
      type="email"
      autoComplete={COMPLETIONS[of]}
      autoFocus={of !== 'another'}
      spellCheck={false}
      isRequired
    />
  );
}

/** The address that a link is for: shown, and there for password managers, but not changed. */
export function FixedEmail({ value }: { value: string }) {
  return (
    <TextField
      label="Email"
      type="email"
      autoComplete="username"
      readOnly
      value={value}
      onChange={() => undefined}
    />
  );
}
