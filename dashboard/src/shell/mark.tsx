/** The mark: two frames and a play sign. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <rect width="24" height="24" rx="6" fill="var(--accent)" />
      <g fill="var(--on-accent)">
        <rect x="5" y="6.5" width="2" height="11" rx="1" />
        <rect x="9" y="6.5" width="2" height="11" rx="1" />
        <path d="M13 7.3v9.4c0 .8.9 1.2 1.5.7l5-4.6c.5-.4.5-1.2 0-1.6l-5-4.6c-.6-.5-1.5-.1-1.5.7z" />
      </g>
    </svg>
  );
}
