// Names of log events, as calls of the logger write them: a noun and a verb, so that an operator can search for one and
// count it. A name that stands in a variable is not looked at.
import { isTestOnly } from './imports.ts';
import { place, type Tree } from './tree.ts';

const CALL = /\b(?:log(?:\.(?:trace|debug|info|warn|error|fatal)|\[\w+\])|logFault)\(/g;
const LITERAL = /(['"`])([^'"`]*)\1\s*,?\s*$/;
const EVENT = /^[a-z_]+\.[a-z_]+$/;

/** Where the bracket that opens before `start` is closed. */
function endOfCall(code: string, start: number): number {
  let depth = 1;
  for (let at = start; at < code.length; at++) {
    if ('([{'.includes(code[at])) depth++;
    if (')]}'.includes(code[at])) depth--;
    if (depth === 0) return at;
  }
  return code.length;
}

/** Calls of the logger in what runs at an operator's whose event is not `noun.verb`. */
export function findLogFaults(tree: Tree): string[] {
  return tree
    .list(/^(server\/src|draft)\/.*\.ts$/)
    .filter((file) => !isTestOnly(file))
    .flatMap((file) => {
      const { code, withoutComments } = tree.source(file);
      return [...code.matchAll(CALL)].flatMap(({ index, 0: call }) => {
        const start = index + call.length;
        const event = LITERAL.exec(withoutComments.slice(start, endOfCall(code, start)))?.[2];
        if (event === undefined || EVENT.test(event)) return [];
        return [`${place(file, code, index)} logs "${event}", which is not noun.verb`];
      });
    });
}
