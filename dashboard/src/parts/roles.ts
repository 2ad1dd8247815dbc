import type { Role } from '../api/wire.ts';

/** What each role may do, in the words that people choose by. */
export const ROLES: Record<Role, { word: string; may: string }> = {
  reader: { word: 'Reader', may: 'Looks at tasks, usage and keys; cannot spend' },
  member: { word: 'Member', may: 'Also runs models and uploads files' },
  owner: { word: 'Owner', may: 'Also manages keys, people and secrets' },
};

export const ROLE_CHOICES = (['reader', 'member', 'owner'] as const).map((value) => ({
  value,
  label: ROLES[value].word,
}));
