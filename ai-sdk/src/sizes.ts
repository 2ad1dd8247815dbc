// Sizes as the AI SDK writes them, `1280x720`, in the words of a model: a resolution and a ratio. A resolution names the short
// side; providers make some pixels more or less of it, so the nearest words within a twentieth are meant.

/** Names of resolutions that are not a number of lines. */
const SHORT_SIDES: Record<string, number> = { '1k': 1024, '2k': 1440, '3k': 1620, '4k': 2160 };
const TOLERANCE = 0.05;

function shortSideOf(resolution: string): number | undefined {
  const name = resolution.toLowerCase();
  const lines = /^(\d{3,4})p$/.exec(name)?.[1];
  return lines === undefined ? SHORT_SIDES[name] : Number(lines);
}

function ratioOf(words: string): number | undefined {
  const [, across, down] = /^(\d{1,2}):(\d{1,2})$/.exec(words) ?? [];
  return across === undefined ? undefined : Number(across) / Number(down);
}

/** The word that stands for the value, or for one within the tolerance of it. */
function nearest(
  words: readonly string[],
  value: number,
  read: (word: string) => number | undefined,
): string | undefined {
  const distances = words.flatMap((word) => {
    const found = read(word);
    return found === undefined ? [] : [{ word, distance: Math.abs(found / value - 1) }];
  });
  const best = distances.toSorted((left, right) => left.distance - right.distance)[0];
  return best !== undefined && best.distance <= TOLERANCE ? best.word : undefined;
}

/** What a model is asked for to make a size; a part that it has no word for is missing. */
export function wordsOfSize(
  size: string,
  { resolutions, ratios }: { resolutions: readonly string[]; ratios: readonly string[] },
): { resolution?: string; ratio?: string } {
  const [width, height] = size.split('x').map(Number);
  return {
    resolution: nearest(resolutions, Math.min(width, height), shortSideOf),
    ratio: nearest(ratios, width / height, ratioOf),
  };
}
