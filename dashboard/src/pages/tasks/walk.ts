// `j` and `k` walk the filtered list, on its page and from task to task.

/** What a key press asks for: 1 for the next, -1 for the one before, 0 for neither. */
export function stepOf(event: KeyboardEvent): number {
  const isTyping = (event.target as HTMLElement).closest('input, textarea, select, [role="dialog"]');
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return 0;
  if (event.key === 'j') return 1;
  return event.key === 'k' ? -1 : 0;
}
