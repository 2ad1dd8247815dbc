// Leaves the scroll area of the component library out of the build: its select and its dialogs bring it along (5 kB of
// script before the playground is usable), and every list and dialog here scrolls as the browser does.
import type { Plugin } from 'vite';

const NAME = /\/ScrollArea\/ScrollArea\.mjs$/;
const FILE = '/plain-scroll-area.js';

/** Puts a plain box in the place of the library's scroll area. */
export function withoutScrollArea(): Plugin {
  return {
    name: 'without-scroll-area',
    enforce: 'pre',
    resolveId: (name) => (NAME.test(name) ? FILE : undefined),
    load(file) {
      if (file !== FILE) return undefined;
      return [
        'export const ScrollAreaAutosize = ({ children }) => children;',
        'export const ScrollArea = Object.assign(({ children }) => children, { Autosize: ScrollAreaAutosize });',
      ].join('\n');
    },
  };
}
