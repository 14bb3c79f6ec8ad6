/** Single-key shortcuts. They rest while somebody types, in dialogs and menus, and when turned off (WCAG 2.1.4). */
import { signal } from '@preact/signals';
import { recall, remember } from '../memory.ts';
import { navigate } from '../router.ts';
import { session } from '../session.ts';
import { destinations } from './navigation.ts';

const STORED = 'keys';
export const keysEnabled = signal(recall(STORED) !== 'off');
export const keysOpen = signal(false);

export function enableKeys(isEnabled: boolean): void {
  keysEnabled.value = isEnabled;
  remember(STORED, isEnabled ? null : 'off');
}

/** `g` waits this long for its second key. */
const SEQUENCE_MS = 1500;

export function startKeys(): void {
  let goPressedMs = Number.NEGATIVE_INFINITY;
  addEventListener('keydown', (event) => {
    if (isForSomethingElse(event)) return;
    const isSecond = event.timeStamp - goPressedMs < SEQUENCE_MS;
    goPressedMs = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
    if (isSecond && goTo(event.key)) event.preventDefault();
    else if (event.key === '/' && focusSearch()) event.preventDefault();
    else if (event.key === '?') keysOpen.value = true;
  });
}

export function isForSomethingElse(event: KeyboardEvent): boolean {
  if (!keysEnabled.value || session.value.kind !== 'signed-in') return true;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return true;
  // under an open dialog or menu nothing may happen, also when the focus has left it for the browser's own controls
  if (document.querySelector('dialog[open], .menu:popover-open') !== null) return true;
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  return target.closest('input, textarea, select, [contenteditable]') !== null;
}

function goTo(key: string): boolean {
  const destination = destinations().find((candidate) => candidate.key === key);
  if (destination === undefined) return false;
  navigate(destination.path);
  return true;
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('[data-search]');
  field?.focus();
  field?.select();
  return field !== null;
}
