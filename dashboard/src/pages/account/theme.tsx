import { Segments } from '../../ui/choices.tsx';
import { chooseTheme, type ThemeChoice, useTheme } from '../../ui/choose-theme.ts';
import { Card } from '../../ui/page.tsx';

const CHOICES: readonly { value: ThemeChoice; label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

/** Kept in this browser. */
export function ThemeCard() {
  const { choice } = useTheme();
  return (
    <Card title="Theme">
      <Segments label="Theme" isLabelHidden isWide choices={CHOICES} value={choice} onChange={chooseTheme} />
    </Card>
  );
}
