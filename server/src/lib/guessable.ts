const DISTINCT_CHARACTERS_MIN = 8;

/** Whether a secret of any length is easy to guess: one letter many times, or a word or digits repeated. */
export function isGuessable(secret: string): boolean {
  if (new Set(secret).size < DISTINCT_CHARACTERS_MIN) return true;
  for (let period = 1; period <= secret.length / 2; period++)
    if (secret.startsWith(secret.slice(period))) return true;
  return false;
}
