// A field for a new password: how long it must be, and how good it is, in words.
import { PasswordField } from '../ui/fields.tsx';

export const PASSWORD_LENGTH_MIN = 12;
const LONG = 20;
const VARIED = 8;

/** What to say of a password while it is typed. */
export function judgePassword(password: string): { isEnough: boolean; words: string } {
  const missing = PASSWORD_LENGTH_MIN - password.length;
  if (password === '')
    return { isEnough: false, words: `${PASSWORD_LENGTH_MIN} characters or more. Pasting is fine.` };
  if (missing > 0)
    return { isEnough: false, words: `${missing} more ${missing === 1 ? 'character' : 'characters'}.` };
  const kinds = new Set(password).size;
  if (kinds < VARIED) return { isEnough: true, words: 'Long enough, but easy to guess: it repeats itself.' };
  return { isEnough: true, words: password.length >= LONG ? 'Strong.' : 'Good.' };
}

export function NewPasswordField({
  label,
  value,
  onChange,
  error,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string;
}) {
  return (
    <PasswordField
      label={label}
      description={<span aria-live="polite">{judgePassword(value).words}</span>}
      error={error}
      isRequired
      autoComplete="new-password"
      value={value}
      onChange={onChange}
    />
  );
}
