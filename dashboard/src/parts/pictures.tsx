// What a task was made from, small. A picture from elsewhere is a line of text until somebody asks for it: then the server
// fetches it, so that the other host learns nothing of the person who looks.
import { ImageOff } from 'lucide-react';
import { useState } from 'react';
import { toApiError } from '../api/client.ts';
import { useLoadedPicture } from '../api/tasks.ts';
import type { TaskDetail, TaskPicture } from '../api/wire.ts';
import { Button } from '../ui/button.tsx';
import styles from './pictures.module.css';

/** Small pictures of the input; nothing where it has none. */
export function Pictures({ task }: { task: TaskDetail }) {
  if (task.pictures.length === 0) return null;
  return (
    <ul className={styles.pictures} aria-label="Pictures of the input">
      {task.pictures.map((picture, at) => (
        <li key={picture.url} className={picture.is_own ? undefined : styles.foreign}>
          <OnePicture taskId={task.id} picture={picture} name={`Input ${at + 1}`} />
        </li>
      ))}
    </ul>
  );
}

function OnePicture({ taskId, picture, name }: { taskId: string; picture: TaskPicture; name: string }) {
  const { url, is_own: isOwn, thumbnail_url: thumbnail } = picture;
  if (thumbnail) return <Small url={thumbnail} name={name} />;
  return isOwn ? <Missing name={name} /> : <Foreign taskId={taskId} url={url} name={name} />;
}

function Small({ url, name }: { url: string; name: string }) {
  const [isBroken, setBroken] = useState(false);
  if (isBroken) return <Missing name={name} />;
  return (
    <img
      className={styles.picture}
      src={url}
      alt={name}
      loading="lazy"
      width={96}
      height={72}
      onError={() => setBroken(true)}
    />
  );
}

function Missing({ name }: { name: string }) {
  return (
    <span className={styles.picture} role="img" aria-label={`${name}, no longer kept or no picture`}>
      <ImageOff size={16} aria-hidden />
    </span>
  );
}

function Foreign({ taskId, url, name }: { taskId: string; url: string; name: string }) {
  const [isWanted, setWanted] = useState(false);
  const { data, error, isFetching, refetch } = useLoadedPicture(taskId, url, isWanted);
  if (data) return <Small url={data.thumbnail_url} name={name} />;
  return (
    <>
      <span className={styles.address}>{url}</span>
      <Button
        size="small"
        aria-label={`Load ${name}`}
        title="The server fetches it; your browser does not ask that host"
        isBusy={isFetching}
        onClick={() => (isWanted ? void refetch() : setWanted(true))}
      >
        Load
      </Button>
      {error && (
        <span className={styles.fault} role="alert">
          {toApiError(error).message}
        </span>
      )}
    </>
  );
}
