// A word or an amount that is typed before something that cannot be taken back, so that no slip of the hand does it.
import { TextField } from './fields.tsx';

/** Without the marks that are shown in an amount and that nobody types. */
function plain(text: string): string {
  return text.trim().replaceAll(',', '');
}

/** Why the button cannot be pressed yet; undefined once the word stands there. */
export function untypedReason(word: string, typed: string): string | undefined {
  return plain(typed) === plain(word) ? undefined : `Type ${word} first`;
}

/** @param props.description what the word is, where that is not plain. */
export function TypedWord({
  word,
  value,
  onChange,
  description,
}: {
  word: string;
  value: string;
  onChange: (value: string) => void;
  description?: string;
}) {
  return (
    <TextField
      label={`Type ${word}`}
      description={description}
      spellCheck={false}
      autoComplete="off"
      value={value}
      onChange={onChange}
    />
  );
}
