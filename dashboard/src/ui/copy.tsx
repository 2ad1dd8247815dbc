// Copying. On plain http beyond loopback there is no clipboard: then the text is selected, ready for Ctrl-C.
import { Check, Copy as CopyIcon } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button, IconButton } from './button.tsx';
import styles from './code.module.css';

const SHOWN_MS = 1500;

async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not allowed, or not there: the caller selects the text.
    return false;
  }
}

function select(element: HTMLElement | null): void {
  if (!element) return;
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection?.removeAllRanges();
  selection?.addRange(range);
}

function useCopy(text: string) {
  const source = useRef<HTMLElement>(null);
  const [done, setDone] = useState<'copied' | 'selected'>();
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => {
    const isCopied = await writeClipboard(text);
    if (!isCopied) select(source.current);
    setDone(isCopied ? 'copied' : 'selected');
  };
  return { source, done, copy };
}

/** A button that copies a text which stands elsewhere or nowhere. @param props.label what is copied: "Copy the key". */
export function CopyButton({ text, label, hasWords }: { text: string; label: string; hasWords?: boolean }) {
  const { source, done, copy } = useCopy(text);
  const Sign = done ? Check : CopyIcon;
  const said = done === 'selected' ? 'Selected: press Ctrl-C' : done ? 'Copied' : label;
  return (
    <>
      <span ref={source} className={styles.hidden} aria-hidden="true">
        {text}
      </span>
      {hasWords ? (
        <Button size="small" icon={<Sign size={14} aria-hidden />} onClick={copy}>
          {said}
        </Button>
      ) : (
        <IconButton size="small" label={said} onClick={copy}>
          <Sign size={14} aria-hidden />
        </IconButton>
      )}
      <span role="status" className="visually-hidden">
        {done ? said : ''}
      </span>
    </>
  );
}

/** An id in mono letters with its copy button. @param props.short only its end is shown. */
export function Id({ id, short }: { id: string; short?: boolean }) {
  return (
    <span className={styles.id}>
      <span className="mono" title={short ? id : undefined}>
        {short ? `…${id.slice(-6)}` : id}
      </span>
      <CopyButton text={id} label="Copy the id" />
    </span>
  );
}
