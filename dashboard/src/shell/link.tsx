// Links of the application: real anchors with an address, taken over by the router on a plain click.
import { useRouter } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, MouseEvent, ReactNode, Ref } from 'react';
import { AnchorButton } from '../ui/button.tsx';
import { FilterChips, type FilterChipsProps } from '../ui/filter-chips.tsx';

type Anchor = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> & {
  href: string;
  ref?: Ref<HTMLAnchorElement>;
};

function isPlain(event: MouseEvent<HTMLAnchorElement>): boolean {
  const { button, metaKey, ctrlKey, shiftKey, altKey, defaultPrevented, currentTarget } = event;
  const isHeld = metaKey || ctrlKey || shiftKey || altKey;
  return button === 0 && !isHeld && !defaultPrevented && !currentTarget.target && !currentTarget.download;
}

function useAnchor({ href, onClick, onPointerEnter, ...rest }: Anchor): Anchor {
  const router = useRouter();
  return {
    ...rest,
    href,
    onClick: (event) => {
      onClick?.(event);
      if (!isPlain(event)) return;
      event.preventDefault();
      router.history.push(href);
    },
    onPointerEnter: (event) => {
      onPointerEnter?.(event);
      void router.preloadRoute({ to: href.split('?')[0] });
    },
  };
}

/** @param props.href from `paths`. */
export function Link(props: Anchor) {
  const { children, ...anchor } = useAnchor(props);
  return <a {...anchor}>{children}</a>;
}

/** A link that looks like a button. */
export function LinkButton({
  variant,
  size,
  icon,
  ...props
}: Anchor & { variant?: 'primary' | 'default' | 'quiet'; size?: 'small'; icon?: ReactNode }) {
  return <AnchorButton {...useAnchor(props)} variant={variant} size={size} icon={icon} />;
}

/** Filters whose chips are links of the application. */
export function FilterLinks(props: Omit<FilterChipsProps, 'link'>) {
  return <FilterChips {...props} link={Link} />;
}
