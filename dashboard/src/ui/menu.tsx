import { Menu as LibraryMenu } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

/** One line of a menu: `label` acts or leads somewhere. */
export interface MenuItem {
  label: string;
  icon?: ReactNode;
  /** At the right end: a key, a sign that it is chosen. */
  end?: ReactNode;
  onClick: () => void;
  isDanger?: boolean;
  /** Begins a group of this name; an empty text draws only a line. */
  group?: string;
}

/** @param props.trigger the button that opens it; must take a ref. */
export function Menu({ trigger, items }: { trigger: ReactElement; items: readonly MenuItem[] }) {
  return (
    <LibraryMenu
      position="bottom-end"
      transitionProps={{ duration: 120 }}
      withInitialFocusPlaceholder={false}
      withinPortal
      loop
    >
      <LibraryMenu.Target>{trigger}</LibraryMenu.Target>
      <LibraryMenu.Dropdown>
        {items.map((item, at) => (
          <Line key={item.label} item={item} isFirst={at === 0} />
        ))}
      </LibraryMenu.Dropdown>
    </LibraryMenu>
  );
}

function Line({ item, isFirst }: { item: MenuItem; isFirst: boolean }) {
  return (
    <>
      {item.group !== undefined && !isFirst && <LibraryMenu.Divider />}
      {item.group && <LibraryMenu.Label>{item.group}</LibraryMenu.Label>}
      <LibraryMenu.Item
        leftSection={item.icon}
        rightSection={item.end}
        color={item.isDanger ? 'var(--bad)' : undefined}
        onClick={item.onClick}
      >
        {item.label}
      </LibraryMenu.Item>
    </>
  );
}
