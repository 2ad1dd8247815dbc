// Inputs of a choice: one of a few beside each other, one of many, yes or no.
import { Checkbox, Input, SegmentedControl, Select, Switch } from '@mantine/core';
import { type ReactNode, useId } from 'react';

export interface Choice<Value extends string = string> {
  value: Value;
  label: string;
}

interface ChoiceProps<Value extends string> {
  label: string;
  description?: ReactNode;
  error?: string;
  isRequired?: boolean;
  choices: readonly Choice<Value>[];
  value: Value;
  onChange: (value: Value) => void;
}

/** One of two to five that are next to each other. */
export function Segments<Value extends string>(
  props: ChoiceProps<Value> & { isLabelHidden?: boolean; isWide?: boolean },
) {
  const { label, isLabelHidden, description, error, isRequired, choices, value, onChange, isWide } = props;
  const id = useId();
  const control = (
    <SegmentedControl
      data={[...choices]}
      value={value}
      onChange={onChange}
      fullWidth={isWide}
      withItemsBorders={false}
      aria-label={isLabelHidden ? label : undefined}
      aria-labelledby={isLabelHidden ? undefined : id}
    />
  );
  if (isLabelHidden) return control;
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      labelProps={{ id, style: { display: 'block' } }}
      description={description}
      error={error}
      required={isRequired}
    >
      {control}
    </Input.Wrapper>
  );
}

/** One of many, with a search when they are more than ten. */
export function SelectField<Value extends string>(
  props: ChoiceProps<Value> & { isLabelHidden?: boolean; placeholder?: string },
) {
  const { label, isLabelHidden, isRequired, choices, value, onChange, ...rest } = props;
  return (
    <Select
      {...rest}
      label={isLabelHidden ? undefined : label}
      aria-label={isLabelHidden ? label : undefined}
      required={isRequired}
      data={[...choices]}
      value={value}
      onChange={(next) => next !== null && onChange(next as Value)}
      allowDeselect={false}
      searchable={choices.length > 10}
      withScrollArea={false}
      comboboxProps={{ withinPortal: false }}
      maxDropdownHeight={280}
    />
  );
}

interface YesNoProps {
  label: string;
  description?: ReactNode;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  isDisabled?: boolean;
}

/** What holds at once. */
export function Toggle({ isOn, onChange, isDisabled, ...rest }: YesNoProps) {
  return (
    <Switch
      {...rest}
      checked={isOn}
      withThumbIndicator={false}
      disabled={isDisabled}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}

/** What holds once the form is sent, or what is selected in a list. */
export function CheckField({
  isOn,
  onChange,
  isDisabled,
  isLabelHidden,
  label,
  ...rest
}: YesNoProps & { isLabelHidden?: boolean }) {
  return (
    <Checkbox
      {...rest}
      label={isLabelHidden ? undefined : label}
      aria-label={isLabelHidden ? label : undefined}
      checked={isOn}
      disabled={isDisabled}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}
