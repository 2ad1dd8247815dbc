import { TextField } from '../ui/fields.tsx';

/** For a code of the second factor. @param props.hasBackup a backup code does as well. */
export function CodeField({
  value,
  onChange,
  hasBackup = true,
  isFocused = true,
}: {
  value: string;
  onChange: (value: string) => void;
  hasBackup?: boolean;
  /** The cursor is in it when it appears. */
  isFocused?: boolean;
}) {
  const six = 'Six digits of your authenticator app';
  return (
    <TextField
      label="Code"
      description={hasBackup ? `${six}, or a backup code.` : `${six}.`}
      autoComplete="one-time-code"
      spellCheck={false}
      maxLength={20}
      autoFocus={isFocused}
      isRequired
      value={value}
      onChange={onChange}
    />
  );
}
