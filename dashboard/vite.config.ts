import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { mantineVariables } from './mantine-variables.ts';
import { withoutScrollArea } from './without-scroll-area.ts';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), mantineVariables(), withoutScrollArea()],
  build: {
    // The policy of the page allows no address with data, and no script that is written into the page.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    chunkSizeWarningLimit: 800,
    reportCompressedSize: false,
    // What most pages share is one piece: in many small ones it weighs 3 kB more, measured by test/dashboard/quality.test.ts.
    rolldownOptions: {
      // The application, and the page into which the server puts the guides.
      input: ['index.html', 'guides.html'].map((page) => join(import.meta.dirname, page)),
      output: { codeSplitting: { groups: [{ name: 'kit', minShareCount: 22 }] } },
    },
  },
});
