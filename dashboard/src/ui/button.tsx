// Buttons and links that look like buttons. A button that cannot be pressed stays focusable and says why.
import { LoaderCircle } from 'lucide-react';
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ReactElement, ReactNode, Ref } from 'react';
import styles from './button.module.css';
import { classes } from './classes.ts';
import { Tooltip } from './tooltip.tsx';

interface Look {
  /** One primary action a page. */
  variant?: 'primary' | 'default' | 'quiet' | 'danger';
  size?: 'small';
  /** As wide as its place. */
  isWide?: boolean;
}

type NativeButton = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled' | 'className'>;

export interface ButtonProps extends NativeButton, Look {
  /** Why it cannot be pressed now; shown on hover and focus. */
  disabledReason?: string;
  /** What it began is under way: it cannot be pressed again. */
  isBusy?: boolean;
  icon?: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

/** The class of a thing that looks like a button. */
export function buttonClass({ variant = 'default', size, isWide }: Look): string {
  return classes(styles.button, styles[variant], size === 'small' && styles.small, isWide && styles.wide);
}

export function Button(props: ButtonProps) {
  const { variant, size, isWide, disabledReason, isBusy, icon, children, onClick, type, ...native } = props;
  const isOff = disabledReason !== undefined || isBusy === true;
  const button = (
    <button
      {...native}
      type={isOff ? 'button' : (type ?? 'button')}
      className={classes(buttonClass({ variant, size, isWide }), isBusy && styles.busy)}
      aria-disabled={isOff || undefined}
      aria-busy={isBusy || undefined}
      onClick={isOff ? (event) => event.preventDefault() : onClick}
    >
      {isBusy ? <LoaderCircle size={16} aria-hidden /> : icon}
      {children}
    </button>
  );
  return withReason(button, disabledReason);
}

/** A button of one sign; its name is read out and shown on hover. */
export function IconButton({
  label,
  children,
  variant = 'quiet',
  size,
  disabledReason,
  onClick,
  ...native
}: Omit<ButtonProps, 'icon' | 'isBusy' | 'isWide' | 'aria-label'> & { label: string }) {
  const isOff = disabledReason !== undefined;
  return (
    <Tooltip label={disabledReason ?? label}>
      <button
        type="button"
        {...native}
        aria-label={label}
        aria-disabled={isOff || undefined}
        className={classes(buttonClass({ variant, size }), styles.square)}
        onClick={isOff ? (event) => event.preventDefault() : onClick}
      >
        {children}
      </button>
    </Tooltip>
  );
}

/** A link that looks like a button. It knows no router: pages use `LinkButton` of the shell. */
export function AnchorButton({
  variant,
  size,
  isWide,
  icon,
  children,
  ...native
}: Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'className'> &
  Look & { icon?: ReactNode; ref?: Ref<HTMLAnchorElement> }) {
  return (
    <a {...native} className={buttonClass({ variant, size, isWide })}>
      {icon}
      {children}
    </a>
  );
}

function withReason(button: ReactElement, reason: string | undefined): ReactElement {
  return reason === undefined ? button : <Tooltip label={reason}>{button}</Tooltip>;
}
