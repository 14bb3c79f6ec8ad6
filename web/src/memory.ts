/** What this browser remembers about its reader (theme, language, …); private windows may refuse, which is fine. */

const PREFIX = 'ruche.';

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // storage is full or forbidden: the choice lasts until the page closes
  }
}
