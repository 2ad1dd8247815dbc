// Finds the name that a misspelt one was meant to be, and says so.

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

const NAME_CHARACTERS_MAX = 100;

/** The sentence about a name that is not known in its place. @param near the name that was meant, if there is one. */
export function describeUnknownName(path: string, near: string | undefined): string {
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return `${path.slice(0, NAME_CHARACTERS_MAX)}: is not known here${hint}`;
}

/**
 * A sentence for each name that may be a slip of one that is missing.
 * @param unknown names that nobody knows. @param missing names that are required and not there.
 */
export function findSlips(unknown: readonly string[], missing: readonly string[], prefix = ''): string[] {
  return unknown.flatMap((name) => {
    const near = findNearName(name, missing);
    return near === undefined ? [] : [describeUnknownName(`${prefix}${name}`, near)];
  });
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
