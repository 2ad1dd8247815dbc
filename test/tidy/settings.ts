// The settings as documents: `.env.example` and docs/settings.md are made from the table in settings.ts, never by hand.

import { PROVIDER_SETTINGS } from '../../server/src/provider-settings.ts';
import { providers } from '../../server/src/providers/registry.ts';
import type { Setting } from '../../server/src/setting.ts';
import { SETTING_GROUPS } from '../../server/src/settings.ts';

interface NamedSetting extends Setting {
  name: string;
}

function groupSettings(): { title: string; members: NamedSetting[] }[] {
  const groups = Object.entries(SETTING_GROUPS).map(([title, settings]) => ({
    title,
    members: Object.entries(settings).map(([name, setting]) => ({ name, ...setting })),
  }));
  return [...groups, ...groupProviders()];
}

/** The variables of each provider, as its adapter names them. */
function groupProviders(): { title: string; members: NamedSetting[] }[] {
  return [...providers.values()].map(({ id, facts }) => ({
    title: `Provider ${id}: ${facts.title}`,
    members: facts.credential.map(({ environment: name }) => ({ name, ...PROVIDER_SETTINGS[name] })),
  }));
}

function allowedValues({ kind, min, max, choices }: NamedSetting): string {
  if (choices) return choices.map((choice) => `\`${choice}\``).join(', ');
  switch (kind) {
    case 'integer':
      return `whole number, ${min} to ${max}`;
    case 'number':
      return `number, ${min} to ${max}`;
    case 'boolean':
      return '`true`, `false`';
    case 'url':
      return 'http or https address';
    default:
      return kind;
  }
}

/** The text of `.env.example`. */
export function renderEnvExample(): string {
  const lines = [
    '# Every setting with its default. Reelay reads the environment and no file: export what you change,',
    '# or let your service manager read a copy of this one. Made from server/src/settings.ts; see docs/settings.md.',
  ];
  for (const { title, members } of groupSettings()) {
    lines.push('', `# ${title}`);
    for (const setting of members) {
      const note = setting.kind === 'secret' ? ' Secret.' : '';
      lines.push(`# ${setting.about}.${note}`, `#${setting.name}=${setting.fallback ?? ''}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** The text of docs/settings.md. */
export function renderSettingsPage(): string {
  const lines = [
    '# Settings',
    '',
    'All settings come from the environment. A wrong value, or an unknown name that begins with `REELAY_`, stops the start with',
    'one clear line and exit code 1; values are never printed. An empty value counts as not set.',
    '',
    'The variables of a provider give Reelay an account there without a command; see',
    '[operations.md](operations.md#provider-accounts). `npm run doctor -- <provider>` tries it.',
    '',
    'This page and `.env.example` are made from `server/src/settings.ts` by `UPDATE=1 npx vitest run test/tidy`.',
  ];
  for (const { title, members } of groupSettings()) {
    lines.push('', `## ${title}`, '', '| name | default | allowed | meaning |', '|---|---|---|---|');
    for (const setting of members) {
      // A provider's field with an empty fallback may be left out.
      const fallback = setting.fallback ? `\`${setting.fallback}\`` : 'not set';
      lines.push(`| \`${setting.name}\` | ${fallback} | ${allowedValues(setting)} | ${setting.about} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}
