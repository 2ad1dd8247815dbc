import { Film } from 'lucide-react';
import type { ListedTask } from '../../api/tasks.ts';
import styles from './tasks.module.css';

const PICTURE = /\.(jpe?g|png|webp|gif|avif)(\?|$)/i;

/** The addresses of pictures among its inputs. */
export function picturesOf({ input_urls: urls }: Pick<ListedTask, 'input_urls'>): string[] {
  return urls.filter((url) => PICTURE.test(url));
}

/** The first frame of its result; until there is one, the first picture that it was made from. */
export function posterOf(task: ListedTask): string | undefined {
  const [output] = task.outputs;
  if (output?.poster_url) return output.poster_url;
  return output?.kind === 'image' ? output.url : picturesOf(task)[0];
}

/** 64 by 36, beside a prompt that says what it shows. */
export function Poster({ task }: { task: ListedTask }) {
  const url = posterOf(task);
  return (
    <span className={styles.poster}>
      {url ? <img src={url} alt="" loading="lazy" width={64} height={36} /> : <Film size={16} aria-hidden />}
    </span>
  );
}
