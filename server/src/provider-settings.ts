// The variables of provider accounts: each adapter names its own, and they are settings like those of the server.
import { isAddressField } from './credentials/fields.ts';
import type { CredentialField } from './providers/contract.ts';
import { providers } from './providers/registry.ts';
import type { Setting } from './setting.ts';

/** The fields of all provider accounts. Providers may share a variable. */
export const PROVIDER_FIELDS: readonly CredentialField[] = [...providers.values()].flatMap(
  ({ facts }) => facts.credential,
);

function toSetting(field: CredentialField): Setting {
  const kind = isAddressField(field) ? 'url' : 'text';
  return { kind: field.isSecret ? 'secret' : kind, fallback: field.fallback, about: field.about };
}

/** The variables of provider accounts, by the names that the adapters give them. */
export const PROVIDER_SETTINGS: Readonly<Record<string, Setting>> = Object.fromEntries(
  PROVIDER_FIELDS.map((field) => [field.environment, toSetting(field)]),
);
