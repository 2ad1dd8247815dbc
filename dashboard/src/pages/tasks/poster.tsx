import { AudioLines, Film } from 'lucide-react';
import { useState } from 'react';
import type { ListedTask } from '../../api/wire.ts';
import styles from './tasks.module.css';

/** The first frame of its result, or the shape of its sound; until there is one, the first picture that it was made from. */
function posterOf({ outputs: [output], pictures }: ListedTask): string | undefined {
  if (output?.poster_url) return output.poster_url;
  if (output?.kind === 'image') return output.url;
  return pictures.find(({ thumbnail_url: url }) => url !== null)?.thumbnail_url ?? undefined;
}

/** 64 by 36, beside a prompt that says what it shows. */
export function Poster({ task }: { task: ListedTask }) {
  const url = posterOf(task);
  const [broken, setBroken] = useState<string>();
  return (
    <span className={styles.poster}>
      {url && url !== broken ? (
        <img src={url} alt="" loading="lazy" width={64} height={36} onError={() => setBroken(url)} />
      ) : task.outputs[0]?.kind === 'audio' ? (
        <AudioLines size={16} aria-hidden />
      ) : (
        <Film size={16} aria-hidden />
      )}
    </span>
  );
}
