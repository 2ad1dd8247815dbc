import { Tabs as LibraryTabs } from '@mantine/core';
import type { ReactNode } from 'react';

export interface Tab {
  id: string;
  label: string;
  content: ReactNode;
}

/** One of several contents in one place. @param props.label what they are about. */
export function Tabs({
  label,
  tabs,
  active,
  onChange,
}: {
  label: string;
  tabs: readonly Tab[];
  active: string;
  onChange: (id: string) => void;
}) {
  return (
    <LibraryTabs value={active} onChange={(id) => id !== null && onChange(id)} keepMounted={false}>
      <LibraryTabs.List aria-label={label}>
        {tabs.map(({ id, label: name }) => (
          <LibraryTabs.Tab key={id} value={id}>
            {name}
          </LibraryTabs.Tab>
        ))}
      </LibraryTabs.List>
      {tabs.map(({ id, content }) => (
        <LibraryTabs.Panel key={id} value={id} pt={12}>
          {content}
        </LibraryTabs.Panel>
      ))}
    </LibraryTabs>
  );
}
