// Which models this browser ran last.
const ENTRY = 'reelay.models';
const KEPT_MAX = 5;

/** The newest first. */
export function recentModels(): string[] {
  try {
    const kept = JSON.parse(localStorage.getItem(ENTRY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((name) => typeof name === 'string').slice(0, KEPT_MAX) : [];
  } catch {
    // Blocked storage or an entry of another version.
    return [];
  }
}

export function rememberModel(model: string): void {
  const kept = [model, ...recentModels().filter((name) => name !== model)].slice(0, KEPT_MAX);
  try {
    localStorage.setItem(ENTRY, JSON.stringify(kept));
  } catch {
    // Storage is blocked: nothing is remembered.
  }
}
