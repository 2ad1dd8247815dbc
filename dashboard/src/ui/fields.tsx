// Inputs of text. Each has a label; a fault stands below it and is read out with it.
import { PasswordInput, Textarea, TextInput } from '@mantine/core';
import type { ChangeEvent, InputHTMLAttributes, ReactNode, Ref } from 'react';

export interface FieldProps {
  label: string;
  /** Shown under the label. */
  description?: ReactNode;
  /** A sentence on what is wrong. */
  error?: string;
  isRequired?: boolean;
  value: string;
  onChange: (value: string) => void;
}

type Native = Pick<
  InputHTMLAttributes<HTMLInputElement>,
  | 'autoComplete'
  | 'autoFocus'
  | 'inputMode'
  | 'maxLength'
  | 'name'
  | 'onBlur'
  | 'onKeyDown'
  | 'placeholder'
  | 'readOnly'
  | 'spellCheck'
>;

export interface TextFieldProps extends FieldProps, Native {
  type?: 'text' | 'email' | 'url' | 'search' | 'date';
  /** The label is read out and not shown. */
  isLabelHidden?: boolean;
  /** At its right end: a unit, a button. */
  end?: ReactNode;
  start?: ReactNode;
  /** In pixels, where a word and not an icon stands there. */
  startWidth?: number;
  ref?: Ref<HTMLInputElement>;
}

function toValue(onChange: (value: string) => void) {
  return (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => onChange(event.currentTarget.value);
}

export function TextField(props: TextFieldProps) {
  const { label, isLabelHidden, isRequired, onChange, end, start, startWidth, ...rest } = props;
  return (
    <TextInput
      {...rest}
      label={isLabelHidden ? undefined : label}
      aria-label={isLabelHidden ? label : undefined}
      required={isRequired}
      rightSection={end}
      leftSection={start}
      leftSectionWidth={startWidth}
      onChange={toValue(onChange)}
    />
  );
}

export function PasswordField({ isRequired, onChange, ...rest }: FieldProps & Native) {
  return (
    <PasswordInput
      {...rest}
      required={isRequired}
      onChange={toValue(onChange)}
      visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
    />
  );
}

export function TextAreaField({
  isRequired,
  onChange,
  rowsMin = 3,
  rowsMax = 12,
  ...rest
}: FieldProps & {
  rowsMin?: number;
  rowsMax?: number;
  maxLength?: number;
  placeholder?: string;
  spellCheck?: boolean;
  onBlur?: () => void;
  ref?: Ref<HTMLTextAreaElement>;
}) {
  return (
    <Textarea
      {...rest}
      required={isRequired}
      autosize
      minRows={rowsMin}
      maxRows={rowsMax}
      onChange={toValue(onChange)}
    />
  );
}
