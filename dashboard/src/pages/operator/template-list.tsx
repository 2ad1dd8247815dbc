// The templates of one catalogue: which of them are in the gallery, and the removal of those that are not.
import type { OperatorTemplate } from '../../api/wire.ts';
import { Chip } from '../../ui/chip.tsx';
import type { Column } from '../../ui/table.tsx';
import type { Bulk } from './bulk.tsx';
import { OperatorList } from './frame.tsx';
import styles from './operator.module.css';

const COLUMNS: readonly Column[] = [{ name: 'Template' }, { name: 'State', isNarrow: true }];

function pathOf({ catalogue, id }: OperatorTemplate): string {
  return `/catalogues/${catalogue}/templates/${encodeURIComponent(id)}`;
}

function nameOf({ title, id }: OperatorTemplate): string {
  return title ?? id;
}

const BULK: Bulk<OperatorTemplate> = {
  nameOf,
  acts: [
    {
      verb: 'Take out',
      doing: 'Taking out',
      done: 'taken out',
      canDo: ({ enabled }) => enabled,
      callOf: (item) => ({ method: 'patch', path: pathOf(item), body: { enabled: false } }),
      ask: { words: 'Clients no longer see them. Open tasks go on to their end.' },
    },
    {
      verb: 'List again',
      doing: 'Listing',
      done: 'listed again',
      canDo: ({ enabled }) => !enabled,
      callOf: (item) => ({ method: 'patch', path: pathOf(item), body: { enabled: true } }),
    },
    {
      verb: 'Remove',
      doing: 'Removing',
      done: 'removed',
      canDo: ({ enabled }) => !enabled,
      callOf: (item) => ({ method: 'delete', path: pathOf(item) }),
      ask: {
        words:
          'They leave the catalogue; a file brings them back. One that comes with the server, or that an open task names, stays.',
      },
    },
  ],
};

export function TemplateList({ catalogue }: { catalogue: string }) {
  return (
    <OperatorList<OperatorTemplate>
      title={`Templates of ${catalogue}`}
      label="Templates"
      path={`/catalogues/${catalogue}/templates`}
      columns={COLUMNS}
      idOf={({ id }) => id}
      cells={(item) => [
        <span key="name">
          {nameOf(item)}
          <span className={styles.below}>{item.id}</span>
        </span>,
        <Chip key="state" tone={item.enabled ? 'ok' : undefined}>
          {item.enabled ? 'listed' : (item.retired_reason ?? 'taken out')}
        </Chip>,
      ]}
      bulk={BULK}
      empty={{ title: 'No templates', words: `Choose ${catalogue} above and a file to import.` }}
    />
  );
}
