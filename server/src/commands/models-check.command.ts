// models check: whether files of models are right, before a server is started with them.
import type { Command } from 'commander';
import { checkModelFile, takenNames } from '../catalog/operator-models.ts';
import { OperatorError } from '../errors.ts';
import { providers } from '../providers/registry.ts';
import { type JsonOption, print } from './output.ts';

const WHAT_TO_DO = 'docs/models.md has what each field takes: change these lines and check again';

export function addModelsCheck(models: Command): void {
  models
    .command('check <files...>')
    .description('files for REELAY_MODELS: every fault with its line; needs no server')
    .option('--json', 'print JSON')
    .action((files: string[], options: JsonOption) => checkFiles(files, options));
}

function checkFiles(files: readonly string[], options: JsonOption): void {
  const taken = takenNames();
  const checked = files.map((file) => ({ file, ...checkModelFile(file, providers, taken) }));
  const faults = checked.flatMap(({ file, faults: found }) => found.map((fault) => ({ file, ...fault })));
  if (faults.length > 0) {
    const sentences = faults.map(({ file, line, model, fault }) => `${file}:${line}: ${model}: ${fault}`);
    throw new OperatorError([...sentences, WHAT_TO_DO].join('\n'));
  }
  const rows = checked.map(({ file, models }) => ({
    file,
    models: models.length,
    names: models.map(({ model }) => model).join(', '),
  }));
  print(options.json ? { files: rows } : rows, options);
}
