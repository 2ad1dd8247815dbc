// A field with a list below it that is chosen from by keyboard: the arrows move, Enter takes, Esc closes.
import { Modal } from '@mantine/core';
import { Search } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useState } from 'react';
import styles from './palette.module.css';

export interface PaletteItem {
  id: string;
  name: string;
  /** Items of a group stand together. */
  group: string;
  icon?: ReactNode;
  /** At the right end. */
  end?: ReactNode;
}

export interface PaletteProps {
  isOpen: boolean;
  onClose: () => void;
  label: string;
  placeholder: string;
  text: string;
  onText: (text: string) => void;
  items: readonly PaletteItem[];
  onTake: (id: string) => void;
}

export function Palette(props: PaletteProps) {
  return (
    <Modal.Root
      opened={props.isOpen}
      onClose={props.onClose}
      lockScroll={false}
      size={600}
      yOffset="12vh"
      transitionProps={{ duration: 120, transition: 'fade' }}
    >
      <Modal.Overlay backgroundOpacity={1} color="var(--shade)" />
      <Modal.Content className={styles.content} aria-label={props.label}>
        <Choosing {...props} />
      </Modal.Content>
    </Modal.Root>
  );
}

function Choosing({ label, placeholder, text, onText, items, onTake }: PaletteProps) {
  const listId = useId();
  const [at, setAt] = useState(0);
  const chosen = Math.min(at, items.length - 1);
  const optionId = (index: number) => `${listId}-${index}`;
  useEffect(() => {
    document.getElementById(`${listId}-${chosen}`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen, listId]);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && items.length > 0) {
      event.preventDefault();
      setAt((chosen + step + items.length) % items.length);
    } else if (event.key === 'Enter' && items[chosen]) {
      event.preventDefault();
      onTake(items[chosen].id);
    }
  };
  return (
    <>
      <div className={styles.field}>
        <Search size={18} aria-hidden />
        <input
          className={styles.input}
          role="combobox"
          aria-label={label}
          aria-expanded={items.length > 0}
          aria-controls={listId}
          aria-activedescendant={items.length > 0 ? optionId(chosen) : undefined}
          aria-autocomplete="list"
          placeholder={placeholder}
          data-autofocus
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => {
            onText(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {items.length === 0 && <p className={styles.none}>Nothing fits.</p>}
      <div className={styles.list} id={listId} role="listbox" aria-label={label} hidden={items.length === 0}>
        {items.map((item, index) => (
          <Line
            key={item.id}
            item={item}
            id={optionId(index)}
            isChosen={index === chosen}
            beginsGroup={item.group !== items[index - 1]?.group}
            onPoint={() => setAt(index)}
            onTake={() => onTake(item.id)}
          />
        ))}
      </div>
    </>
  );
}

interface LineProps {
  item: PaletteItem;
  id: string;
  isChosen: boolean;
  beginsGroup: boolean;
  onPoint: () => void;
  onTake: () => void;
}

function Line({ item, id, isChosen, beginsGroup, onPoint, onTake }: LineProps) {
  return (
    <>
      {beginsGroup && (
        <div className={styles.group} role="presentation">
          {item.group}
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and takes the keys of the list */}
      <div
        id={id}
        role="option"
        aria-selected={isChosen}
        tabIndex={-1}
        className={styles.option}
        onPointerMove={isChosen ? undefined : onPoint}
        onClick={onTake}
      >
        {item.icon}
        <span className={styles.name}>{item.name}</span>
        {item.end && <span className={styles.end}>{item.end}</span>}
      </div>
    </>
  );
}
