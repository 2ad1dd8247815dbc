// `npx @reelay/mcp`: the tools for a client on this machine, over its standard input and output. The key comes from the
// environment, as for every client of Reelay; nothing else is read from the machine, but files of the folder that
// REELAY_UPLOAD_FOLDER names, where it is set.

import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { Reelay, ReelayError } from '../../sdk/src/sdk.ts';
import manifest from '../package.json' with { type: 'json' };
import { type AgentRules, LIVE_REFUSAL, secretOf } from './agent.ts';
import { addUploadTool } from './local-files.ts';
import { createToolServer } from './tools.ts';

function stop(message: string): never {
  process.stderr.write(`reelay: ${message}\n`);
  process.exit(1);
}

async function readRules(reelay: Reelay): Promise<AgentRules> {
  const { mode, agents } = await reelay.caller();
  return { mode, isLiveAllowed: agents.live, confirmAbove: agents.confirm_above ?? undefined };
}

const apiKey = process.env.REELAY_API_KEY;
if (!apiKey) stop('REELAY_API_KEY is not set');
const reelay = new Reelay({ apiKey });
const rules = await readRules(reelay).catch((error: unknown) => {
  if (error instanceof ReelayError) stop(error.message);
  throw error;
});
if (rules.mode === 'live' && !rules.isLiveAllowed) stop(LIVE_REFUSAL);
const agent = { reelay, rules, secret: secretOf(apiKey) };
const folder = process.env.REELAY_UPLOAD_FOLDER;
serveStdio(() => {
  const server = createToolServer(agent, manifest.version);
  if (folder) addUploadTool(server, reelay, folder);
  return server;
});
