import { Tooltip as LibraryTooltip } from '@mantine/core';
import type { ReactElement } from 'react';

/** Words on hover and focus. The child must take a ref and be focusable, or only pointers find it. */
export function Tooltip({ label, children }: { label: string; children: ReactElement }) {
  return (
    <LibraryTooltip
      label={label}
      events={{ hover: true, focus: true, touch: true }}
      openDelay={250}
      transitionProps={{ duration: 120 }}
      multiline
    >
      {children}
    </LibraryTooltip>
  );
}
