// A sheet whose form is one act of an operator: its fields, the button that does it, and why it cannot be done yet.
import type { ReactNode } from 'react';
import { type OperatorCall, useOperatorAct } from '../../api/operator.ts';
import { Button } from '../../ui/button.tsx';
import { Sheet } from '../../ui/overlays.tsx';
import { ActFault } from './frame.tsx';
import styles from './operator.module.css';

interface ActSheetProps<Answer> {
  title: string;
  /** The word on its button. */
  verb: string;
  /** What is said when the server refuses. */
  refusal: string;
  /** Why it cannot be sent yet. */
  reason: string | undefined;
  /** What is sent. */
  call: OperatorCall;
  onClose: () => void;
  /** In place of closing, once it is done. */
  onDone?: (answer: Answer) => void;
  /** It holds input: closing asks first. */
  isDirty?: boolean;
  /** Further buttons, beside the verb. */
  more?: ReactNode;
  children: ReactNode;
}

export function ActSheet<Answer>(props: ActSheetProps<Answer>) {
  const { title, verb, refusal, reason, call, onClose, onDone = onClose, isDirty, more, children } = props;
  const act = useOperatorAct<Answer>();
  return (
    <Sheet
      isOpen
      title={title}
      isDirty={isDirty}
      onClose={onClose}
      onSubmit={() => reason === undefined && act.mutate(call, { onSuccess: (answer) => onDone(answer) })}
      foot={
        <>
          {more}
          <Button variant="primary" type="submit" isBusy={act.isPending} disabledReason={reason}>
            {verb}
          </Button>
        </>
      }
    >
      <div className={styles.fields}>
        {children}
        <ActFault title={refusal} error={act.error} />
      </div>
    </Sheet>
  );
}
