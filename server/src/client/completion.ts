// `reelay completion`: a script for a shell, which completes the words of the commands.

const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export function isShell(text: string): text is Shell {
  return SHELLS.some((shell) => shell === text);
}

/** The second words of each first word. */
function groupWords(commands: readonly string[][]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [first, second] of commands) {
    const words = groups.get(first) ?? [];
    if (second !== undefined && !words.includes(second)) words.push(second);
    groups.set(first, words);
  }
  return groups;
}

/** For bash, and for zsh by its emulation of bash. */
function writeBash(groups: ReadonlyMap<string, string[]>): string {
  const cases = [...groups]
    .filter(([, words]) => words.length > 0)
    .map(([first, words]) => `    ${first}) words='${words.join(' ')}' ;;`);
  // The shell gives the word that is typed as the second argument, and the one before as the third.
  return [
    '_reelay() {',
    '  local words=',
    '  case "$COMP_CWORD" in',
    `    1) words='${[...groups.keys()].join(' ')}' ;;`,
    '    2) case "$3" in',
    ...cases,
    '    esac ;;',
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$2"))',
    '}',
    'complete -o default -F _reelay reelay',
  ].join('\n');
}

function writeFish(groups: ReadonlyMap<string, string[]>): string {
  const lines = [`complete -c reelay -n __fish_use_subcommand -a '${[...groups.keys()].join(' ')}'`];
  for (const [first, words] of groups) {
    if (words.length > 0)
      lines.push(`complete -c reelay -n '__fish_seen_subcommand_from ${first}' -a '${words.join(' ')}'`);
  }
  return lines.join('\n');
}

/** The script of a shell for these commands. */
export function writeCompletion(shell: Shell, commands: readonly string[][]): string {
  const groups = groupWords(commands);
  if (shell === 'fish') return writeFish(groups);
  const bash = writeBash(groups);
  return shell === 'bash' ? bash : `autoload -U +X bashcompinit && bashcompinit\n${bash}`;
}
