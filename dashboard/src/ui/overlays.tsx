// Dialogs for short questions, sheets for forms and previews. Esc closes; a form that holds input asks first.
import { Drawer, Modal } from '@mantine/core';
import { X } from 'lucide-react';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { Button, IconButton } from './button.tsx';
import { classes } from './classes.ts';
import styles from './overlays.module.css';
import { TypedWord, untypedReason } from './typed-word.tsx';

export interface OverlayProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** Buttons at its end. */
  foot?: ReactNode;
  /** Makes it a form, sent by Enter or by a button with `type="submit"` in its foot. */
  onSubmit?: () => void;
}

function Frame({ onClose, title, children, foot, onSubmit, isSheet }: OverlayProps & { isSheet: boolean }) {
  const inner = (
    <>
      <div className={classes(styles.body, isSheet && styles.sheetBody)}>{children}</div>
      {foot && <div className={styles.foot}>{foot}</div>}
    </>
  );
  const Title = isSheet ? Drawer.Title : Modal.Title;
  return (
    <>
      <div className={styles.head}>
        <Title className={styles.title}>{title}</Title>
        <IconButton label="Close" size="small" onClick={onClose}>
          <X size={16} aria-hidden />
        </IconButton>
      </div>
      {onSubmit ? (
        <form className={styles.sheetForm} noValidate onSubmit={(event) => send(event, onSubmit)}>
          {inner}
        </form>
      ) : (
        inner
      )}
    </>
  );
}

function send(event: FormEvent, onSubmit: () => void): void {
  event.preventDefault();
  onSubmit();
}

/** In the middle of the page. */
export function Dialog({ width = 440, ...props }: OverlayProps & { width?: number }) {
  return (
    <Modal.Root
      opened={props.isOpen}
      onClose={props.onClose}
      lockScroll={false}
      size={width}
      centered
      transitionProps={{ duration: 180, transition: 'fade' }}
      classNames={{ content: classes(styles.content, styles.dialogContent) }}
    >
      <Modal.Overlay backgroundOpacity={1} color="var(--shade)" />
      <Modal.Content>
        <Frame {...props} isSheet={false} />
      </Modal.Content>
    </Modal.Root>
  );
}

/** At the right side, the whole height. @param props.isDirty closing asks first, since input would be lost. */
export function Sheet({
  width = 480,
  isDirty = false,
  ...props
}: OverlayProps & { width?: number; isDirty?: boolean }) {
  const [isAsking, setAsking] = useState(false);
  const close = () => (isDirty ? setAsking(true) : props.onClose());
  return (
    <>
      <Drawer.Root
        opened={props.isOpen}
        onClose={close}
        position="right"
        size={width}
        lockScroll={false}
        transitionProps={{ duration: 180 }}
        classNames={{ content: styles.content }}
      >
        <Drawer.Overlay backgroundOpacity={1} color="var(--shade)" />
        <Drawer.Content>
          <Frame {...props} onClose={close} isSheet />
        </Drawer.Content>
      </Drawer.Root>
      <Confirm
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title="Discard what you entered?"
        verb="Discard"
        onConfirm={() => {
          setAsking(false);
          props.onClose();
        }}
      />
    </>
  );
}

/**
 * Asks before something that cannot be taken back; the button repeats its verb. @param props.word is typed first: the name
 * of what is lost, or the amount that moves.
 */
export function Confirm({
  verb,
  word,
  onConfirm,
  isBusy,
  disabledReason,
  children,
  ...rest
}: Pick<OverlayProps, 'isOpen' | 'onClose' | 'title'> & {
  verb: string;
  word?: string;
  onConfirm: () => void;
  isBusy?: boolean;
  disabledReason?: string;
  children?: ReactNode;
}) {
  const [typed, setTyped] = useState('');
  const { isOpen } = rest;
  useEffect(() => {
    if (!isOpen) setTyped('');
  }, [isOpen]);
  const reason = disabledReason ?? (word === undefined ? undefined : untypedReason(word, typed));
  return (
    <Dialog
      {...rest}
      onSubmit={() => reason === undefined && onConfirm()}
      foot={
        <>
          <Button onClick={rest.onClose}>Keep</Button>
          <Button variant="danger" type="submit" isBusy={isBusy} disabledReason={reason}>
            {verb}
          </Button>
        </>
      }
    >
      {children ?? <p>This cannot be taken back.</p>}
      {word !== undefined && <TypedWord word={word} value={typed} onChange={setTyped} />}
    </Dialog>
  );
}
