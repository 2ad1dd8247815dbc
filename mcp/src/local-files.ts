// Files of the machine on which the program runs, as inputs: only for the program over standard input, and only from the one
// folder that its user has named. A path is followed to the file that it really is before it is compared with that folder.
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod/v4';
import type { Reelay } from '../../sdk/src/sdk.ts';
import { answer, refuse, refuseFor } from './answers.ts';

/** The server takes no larger one. */
const BYTES_MAX = 100 * 1024 * 1024;

const OUTSIDE = 'There is no such file in the folder that the user has named for uploads.';

/** The real path of a file in the folder; undefined for everything else, whatever it is. */
async function findInside(folder: string, given: string): Promise<string | undefined> {
  try {
    const root = await realpath(folder);
    const found = await realpath(path.resolve(root, given));
    const isInside = found.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
    const facts = isInside ? await stat(found) : undefined;
    return facts?.isFile() && facts.size <= BYTES_MAX ? found : undefined;
  } catch {
    // What is not there and what may not be read are one answer, so that nothing is learned of the rest of the disk.
    return undefined;
  }
}

/** @param folder what the user has named; nothing else is read. */
export function addUploadTool(server: McpServer, reelay: Reelay, folder: string): void {
  server.registerTool(
    'upload_file',
    {
      title: 'Upload a file of this machine',
      description: `Uploads a picture, a clip or a sound of the folder ${folder}, and gives the address that inputs take. It costs nothing.`,
      inputSchema: z.object({
        path: z.string().min(1).max(1_000).describe('Within that folder, or absolute'),
      }),
      outputSchema: z.object({ url: z.string(), next: z.string() }),
      annotations: {
        readOnlyHint: false,
        destructiveHint: false,
        idempotentHint: false,
        openWorldHint: false,
      },
    },
    async ({ path: given }, { mcpReq: { signal } }) => {
      const found = await findInside(folder, given);
      if (found === undefined) return refuse('not_found', OUTSIDE, { next: 'Ask the user for the file.' });
      const next = 'Put it where the input of the model takes an address.';
      return reelay.files.upload({ path: found }, { signal }).then((url) => answer({ url, next }), refuseFor);
    },
  );
}
