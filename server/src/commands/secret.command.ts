// secret adopt: goes on with another secret than the one that the database was used with, once the operator has read what
// that costs.
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { migrateDatabase } from '../core.ts';
import { createPool, withTransaction } from '../db/pool.ts';
import { countHungOnSecret, type HungOnSecret, replaceMark } from '../db/secret-mark.ts';
import { OperatorError } from '../errors.ts';
import { findSecret, loadSecret, markOf } from '../secret.ts';
import { type Ground, withDatabase } from './environment.ts';
import { print } from './output.ts';

interface AdoptOptions {
  yes?: boolean;
  json?: boolean;
}

function describeLoss({ keys, callbackSecrets, credentials, secondFactors, files }: HungOnSecret): string {
  return [
    'This database was used with another secret. If that one can be had, restore it in place of this command.',
    'To go on with the secret of now, for good:',
    `  ${keys} API keys never work again; they are disabled, and new ones have to be made`,
    `  ${callbackSecrets} callback secrets are replaced; receivers need the new ones to verify what is sent`,
    `  ${credentials} provider accounts that were added by command cannot be opened; add their keys again`,
    `  ${secondFactors} second factors cannot be read; "reelay people reset-second-factor" takes each away`,
    `  links to ${files} files are void; a task that is read again shows new ones`,
    'Tasks, balances and files stay. Stop every server that still runs with the old secret first.',
    '',
  ].join('\n');
}

/** @throws OperatorError unless the answer is yes. */
async function confirm(): Promise<void> {
  if (!process.stdin.isTTY)
    throw new OperatorError('Nothing was changed; add --yes to do it without a question');
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await questions.question('Type "yes" to do it: ').finally(() => questions.close());
  if (answer.trim() !== 'yes') throw new OperatorError('Nothing was changed');
}

async function adopt({ config, log, url }: Ground, options: AdoptOptions): Promise<void> {
  await migrateDatabase(url, log);
  const pool = createPool(url, { max: 2, applicationName: 'reelay secret', log });
  try {
    const found = await findSecret(config);
    const hung = await countHungOnSecret(pool);
    if (found !== undefined && hung.mark === markOf(found))
      return print({ adopted: false, found: 'it is the secret of this database' }, options);
    process.stderr.write(describeLoss(hung));
    if (options.yes !== true) await confirm();
    const mark = markOf(await loadSecret(config));
    await withTransaction(pool, (client) => replaceMark(client, mark));
    const { keys, callbackSecrets, credentials, secondFactors } = hung;
    print({ adopted: true, keys, callbackSecrets, credentials, secondFactors }, options);
  } finally {
    await pool.end();
  }
}

export function addSecretCommands(secret: Command): void {
  secret
    .command('adopt')
    .description('go on with another secret after the one of before was lost; says first what is void then')
    .option('--yes', 'do it without a question')
    .option('--json', 'print JSON')
    .action((options: AdoptOptions) => withDatabase((ground) => adopt(ground, options)));
}
