// Files of an input: dropped, pasted, chosen or named by an address. Each has its picture, its progress, its own fault and
// a button that removes it.
import { FileAudio, FileVideo, ImagePlus, Link2, X } from 'lucide-react';
import {
  type ClipboardEvent,
  type DragEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { toApiError } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';
import { ACCEPTED, type UploadKind, uploadFile } from '../../api/uploads.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { TextField } from '../../ui/fields.tsx';
import styles from './upload-field.module.css';

export interface UploadFieldProps {
  label: string;
  description: ReactNode;
  error: string | undefined;
  isRequired: boolean;
  kind: UploadKind;
  /** Names of the places, where their order matters. */
  slots: readonly string[] | undefined;
  min: number;
  max: number;
  urls: readonly string[];
  onChange: (urls: string[] | undefined) => void;
}

/** A file that is on its way, or was refused. */
interface Pending {
  id: number;
  name: string;
  preview: string | undefined;
  share: number;
  fault?: string;
  stop: AbortController;
}

let lastId = 0;

/** Test mode has pictures of its own for these addresses. */
const SAMPLES = ['portrait', 'lake', 'city', 'coffee', 'cat'];

function useUploads(urls: readonly string[], onChange: UploadFieldProps['onChange']) {
  const [pending, setPending] = useState<readonly Pending[]>([]);
  const latest = useRef(urls);
  latest.current = urls;
  const previews = useRef(new Map<string, string>());
  useEffect(() => {
    const kept = previews.current;
    return () => {
      for (const preview of kept.values()) URL.revokeObjectURL(preview);
    };
  }, []);
  const put = (next: readonly string[]) => onChange(next.length > 0 ? [...next] : undefined);
  const change = (id: number, part: Partial<Pending>) =>
    setPending((all) => all.map((one) => (one.id === id ? { ...one, ...part } : one)));
  const drop = (id: number) => setPending((all) => all.filter((one) => one.id !== id));
  const send = async (file: File) => {
    lastId += 1;
    const preview = file.type.startsWith('image/') ? URL.createObjectURL(file) : undefined;
    const one: Pending = { id: lastId, name: file.name, preview, share: 0, stop: new AbortController() };
    setPending((all) => [...all, one]);
    try {
      const url = await uploadFile(file, {
        onProgress: (share) => change(one.id, { share }),
        signal: one.stop.signal,
      });
      if (preview) previews.current.set(url, preview);
      drop(one.id);
      put([...latest.current, url]);
    } catch (error) {
      // Of this file alone; the others go on.
      change(one.id, { fault: toApiError(error).message });
    }
  };
  return {
    pending,
    previewOf: (url: string) => previews.current.get(url),
    send: (files: readonly File[]) => {
      for (const file of files) void send(file);
    },
    add: (url: string) => put([...latest.current, url]),
    remove: (at: number) => put(latest.current.filter((_, each) => each !== at)),
    cancel: (one: Pending) => {
      one.stop.abort();
      drop(one.id);
    },
  };
}

/** Pictures of this server may be shown; others would report to their own that somebody looks at them. */
function isOwn(url: string): boolean {
  return url.startsWith(`${location.origin}/`) || url.startsWith('blob:');
}

function nameOf(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return isOwn(url) ? (pathname.split('/').at(-1) ?? '') : `${host}${pathname}`;
  } catch {
    // What was typed is no address; the server says so.
    return url;
  }
}

export function UploadField(props: UploadFieldProps) {
  const { label, description, error, isRequired, kind, slots, max, urls, onChange } = props;
  const id = useId();
  const uploads = useUploads(urls, onChange);
  const [isOver, setOver] = useState(false);
  // The same picture may stand in two places.
  const placed = urls.map((url, at) => ({ url, at, key: `${at} ${url}` }));
  const room = max - urls.length - uploads.pending.filter(({ fault }) => !fault).length;
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    uploads.send([...event.dataTransfer.files].slice(0, Math.max(0, room)));
  };
  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (files.length === 0 || room <= 0) return;
    event.preventDefault();
    uploads.send(files.slice(0, room));
  };
  return (
    <fieldset
      className={styles.field}
      aria-describedby={error ? `${id}-fault` : undefined}
      onDrop={onDrop}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onPaste={onPaste}
    >
      <legend className={styles.label}>
        {label}
        {isRequired && (
          <span className={styles.star} aria-hidden="true">
            {' *'}
          </span>
        )}
      </legend>
      {description && <p className={styles.about}>{description}</p>}
      <div className={styles.items}>
        {placed.map(({ url, at, key }) => (
          <Item
            key={key}
            kind={kind}
            name={slots?.[at] ?? nameOf(url)}
            title={url}
            source={uploads.previewOf(url) ?? (isOwn(url) ? url : undefined)}
            caption={isOwn(url) ? slots?.[at] : nameOf(url)}
            onRemove={() => uploads.remove(at)}
          />
        ))}
        {uploads.pending.map((one) => (
          <Item
            key={one.id}
            kind={kind}
            name={one.name}
            title={one.name}
            source={one.preview}
            share={one.fault ? undefined : one.share}
            fault={one.fault}
            caption={one.name}
            onRemove={() => uploads.cancel(one)}
          />
        ))}
        {room > 0 && (
          <Chooser
            kind={kind}
            name={slots?.[urls.length] ?? (max > 1 ? `${urls.length} of ${max}` : undefined)}
            isOver={isOver}
            isMany={room > 1}
            label={label}
            onFiles={(files) => uploads.send(files.slice(0, room))}
          />
        )}
      </div>
      {room > 0 && <ByAddress kind={kind} count={urls.length} onAdd={uploads.add} />}
      {error && (
        <p id={`${id}-fault`} className={styles.fault}>
          {error}
        </p>
      )}
    </fieldset>
  );
}

const WORDS: Record<UploadKind, string> = { pictures: 'pictures', clips: 'clips', sounds: 'sounds' };

function Chooser(props: {
  kind: UploadKind;
  name: string | undefined;
  label: string;
  isOver: boolean;
  isMany: boolean;
  onFiles: (files: File[]) => void;
}) {
  const { kind, name, label, isOver, isMany, onFiles } = props;
  const Sign = kind === 'pictures' ? ImagePlus : kind === 'clips' ? FileVideo : FileAudio;
  return (
    <label className={classes(styles.chooser, isOver && styles.over)}>
      <input
        type="file"
        className="visually-hidden"
        accept={ACCEPTED[kind]}
        multiple={isMany}
        aria-label={`Choose ${WORDS[kind]}: ${name ?? label}`}
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
      <Sign size={18} aria-hidden />
      <span>{name ?? 'Choose, drop or paste'}</span>
    </label>
  );
}

function ByAddress({
  kind,
  count,
  onAdd,
}: {
  kind: UploadKind;
  count: number;
  onAdd: (url: string) => void;
}) {
  const { mode } = useSession();
  const [text, setText] = useState<string>();
  if (text === undefined) {
    return (
      <div className={styles.ways}>
        <Button
          size="small"
          variant="quiet"
          icon={<Link2 size={14} aria-hidden />}
          onClick={() => setText('')}
        >
          By address
        </Button>
        {mode === 'test' && kind === 'pictures' && (
          <Button
            size="small"
            variant="quiet"
            onClick={() => onAdd(`https://example.com/${SAMPLES[count % SAMPLES.length]}.jpg`)}
          >
            Use a sample
          </Button>
        )}
      </div>
    );
  }
  const add = () => {
    if (text.trim() !== '') onAdd(text.trim());
    setText(undefined);
  };
  return (
    <div className={styles.address}>
      <TextField
        label="Address of the file"
        isLabelHidden
        type="url"
        placeholder="https://"
        autoFocus
        value={text}
        onChange={setText}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setText(undefined);
          if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          add();
        }}
      />
      <Button onClick={add}>Add</Button>
    </div>
  );
}

function Item(props: {
  kind: UploadKind;
  name: string;
  title: string;
  source: string | undefined;
  caption: string | undefined;
  share?: number;
  fault?: string;
  onRemove: () => void;
}) {
  const { kind, name, title, source, caption, share, fault, onRemove } = props;
  const Sign = kind === 'clips' ? FileVideo : kind === 'sounds' ? FileAudio : Link2;
  return (
    <div className={classes(styles.item, fault !== undefined && styles.failed)} title={title}>
      {source && kind === 'pictures' ? (
        <img src={source} alt={name} className={styles.picture} />
      ) : (
        <span className={styles.sign}>
          <Sign size={18} aria-hidden />
        </span>
      )}
      {caption && <span className={styles.caption}>{caption}</span>}
      {share !== undefined && (
        <progress className={styles.progress} max={1} value={share} aria-label={`Upload of ${name}`} />
      )}
      {fault && (
        <span role="alert" className={styles.itemFault}>
          {fault}
        </span>
      )}
      <span className={styles.remove}>
        <IconButton label={`Remove ${name}`} size="small" variant="default" onClick={onRemove}>
          <X size={14} aria-hidden />
        </IconButton>
      </span>
    </div>
  );
}
