// The sounds that a task has made, each with the picture of its shape and the player of the browser.
import { AudioLines } from 'lucide-react';
import type { TaskOutput } from '../api/wire.ts';
import styles from './sounds.module.css';

/** @param props.label what it is, for those who cannot see it. */
export function Sound({ output, label }: { output: Pick<TaskOutput, 'url' | 'poster_url'>; label: string }) {
  const { url, poster_url: poster } = output;
  return (
    <div className={styles.sound}>
      <div className={styles.shape}>
        {poster ? <img src={poster} alt="" loading="lazy" /> : <AudioLines size={32} aria-hidden />}
      </div>
      {/* biome-ignore lint/a11y/useMediaCaption: there are no captions; the label is what is spoken. */}
      <audio className={styles.player} src={url} preload="metadata" controls aria-label={label} />
    </div>
  );
}

/** All sounds of a task, one below the other. @param props.about the words that they were made from. */
export function Sounds({ outputs, about }: { outputs: readonly TaskOutput[]; about: string | null }) {
  const sounds = outputs.filter(({ kind }) => kind === 'audio');
  const words = about ?? 'The sound';
  return (
    <div className={styles.sounds}>
      {sounds.map((output, at) => (
        <Sound
          key={output.url}
          output={output}
          label={sounds.length > 1 ? `${words}, ${at + 1} of ${sounds.length}` : words}
        />
      ))}
    </div>
  );
}
