// Prints every command of `reelay` as JSON: its words, its description, its options. In its own process,
// since loading all commands loads the whole server.
import { createProgram } from '../../server/src/commands/commands.ts';

export interface CommandFacts {
  /** As it is typed after `reelay`, without arguments. */
  words: string;
  about: string;
  options: string[];
}

type Program = Awaited<ReturnType<typeof createProgram>>;

function listCommands(command: Program, before: string): CommandFacts[] {
  return command.commands.flatMap((child) => {
    const words = `${before}${child.name()}`;
    if (child.commands.length > 0) return listCommands(child, `${words} `);
    const options = child.options.map(({ long }) => long ?? '');
    return [{ words, about: child.description(), options }];
  });
}

process.stdout.write(JSON.stringify(listCommands(await createProgram('all'), '')));
