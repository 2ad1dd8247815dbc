// The pictures that a task has made: one alone, or several side by side, each of which opens in full.
import type { CSSProperties } from 'react';
import type { TaskOutput } from '../api/wire.ts';
import styles from './stills.module.css';

/** As square a grid as the number allows. */
function columnsOf(count: number): number {
  return Math.ceil(Math.sqrt(count));
}

/** @param props.about what the pictures show, for those who cannot see them. */
export function Stills({ outputs, about }: { outputs: readonly TaskOutput[]; about: string | null }) {
  const words = about ?? 'The result';
  const [first] = outputs;
  if (outputs.length === 1 && first) return <img className={styles.one} src={first.url} alt={words} />;
  return (
    <ul className={styles.several} style={{ '--columns': columnsOf(outputs.length) } as CSSProperties}>
      {outputs.map(({ url, poster_url: poster }, at) => (
        <li key={url} className={styles.cell}>
          <a href={url} target="_blank" rel="noreferrer">
            <img src={poster ?? url} alt={`${words}, ${at + 1} of ${outputs.length}`} loading="lazy" />
          </a>
        </li>
      ))}
    </ul>
  );
}
