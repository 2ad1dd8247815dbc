// Finds the name that a misspelt one was meant to be.

const NEAR_CHARACTERS_MIN = 4;
const NEAR_CHARACTERS_MAX = 40;

/** Clients write the same name as `aspect_ratio`, `aspectRatio` and `AspectRatio`. */
export function foldName(name: string): string {
  return name.replace(/[_-]/g, '').toLowerCase();
}

/** The known name that an unknown one may be a slip of: one letter more, less, changed or swapped. */
export function findNearName(name: string, known: readonly string[]): string | undefined {
  const folded = foldName(name);
  if (folded.length < NEAR_CHARACTERS_MIN || folded.length > NEAR_CHARACTERS_MAX) return undefined;
  return known.find((one) => isNear(folded, foldName(one)));
}

function isNear(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  const [rest, otherRest] = [one.slice(start), other.slice(start)];
  const isSwapped = rest[0] === otherRest[1] && rest[1] === otherRest[0];
  return (
    rest.slice(1) === otherRest ||
    rest === otherRest.slice(1) ||
    rest.slice(1) === otherRest.slice(1) ||
    (isSwapped && rest.slice(2) === otherRest.slice(2))
  );
}
