import { useState } from 'react';
import type { Mode } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Toggle } from '../../ui/choices.tsx';
import { TextField } from '../../ui/fields.tsx';
import styles from './keys.module.css';
import type { LimitTexts, TextName } from './limits.ts';

export interface LimitFieldsProps {
  mode: Mode;
  texts: LimitTexts;
  onChange: (texts: LimitTexts) => void;
  isOpen?: boolean;
}

/** The bounds of a key, folded into a sentence until somebody wants one. */
export function LimitFields({ mode, texts, onChange, isOpen = false }: LimitFieldsProps) {
  const [isUnfolded, setUnfolded] = useState(isOpen);
  const field = (name: TextName) => ({
    value: texts[name],
    onChange: (value: string) => onChange({ ...texts, [name]: value }),
    autoComplete: 'off',
  });
  if (!isUnfolded) {
    return (
      <div className={styles.more}>
        <p>
          Unlimited credits, every model, from anywhere.{' '}
          {mode === 'live' ? 'No agents.' : 'Agents may use it.'}
        </p>
        <span className={styles.unfold}>
          <Button size="small" onClick={() => setUnfolded(true)}>
            Set limits
          </Button>
        </span>
      </div>
    );
  }
  return (
    <div className={styles.more}>
      <div className={styles.pair}>
        <TextField label="Credits a day" inputMode="decimal" placeholder="no limit" {...field('day')} />
        <TextField label="Credits in all" inputMode="decimal" placeholder="no limit" {...field('total')} />
      </div>
      <p className={styles.quiet}>
        What open tasks hold counts too; what they give back is free again. A day is in UTC.
      </p>
      <div className={styles.pair}>
        <TextField label="Creates" inputMode="numeric" placeholder="as the server" {...field('creates')} />
        <TextField label="in seconds" inputMode="numeric" placeholder="10" {...field('window')} />
      </div>
      <TextField
        label="Open tasks"
        inputMode="numeric"
        placeholder="no limit"
        description="At providers at once; further ones wait."
        {...field('openTasks')}
      />
      <TextField
        label="Models"
        placeholder="every model"
        description="Names with commas between, such as reelay/draft-t2v."
        spellCheck={false}
        {...field('models')}
      />
      <TextField
        label="Addresses"
        placeholder="anywhere"
        description="Addresses and ranges with commas between, such as 203.0.113.0/24."
        spellCheck={false}
        {...field('addresses')}
      />
      {mode === 'live' && (
        <Toggle
          label="Agents may use it"
          description="Over MCP, for real credits. Off, an agent that has this key is refused; a test key it may always use."
          isOn={texts.hasLiveAgents}
          onChange={(hasLiveAgents) => onChange({ ...texts, hasLiveAgents })}
        />
      )}
      <TextField
        label="Agents ask a person above"
        inputMode="decimal"
        placeholder="never"
        description="Credits of one task. A dearer one starts once a person has agreed to it."
        {...field('agentsAbove')}
      />
    </div>
  );
}
