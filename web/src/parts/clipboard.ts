/** Copying that also works on plain http://, where the clipboard API does not exist. */

/** True when the text is on the clipboard; false when the reader has to press Ctrl C on what is now selected. */
export async function copyText(text: string, source: HTMLElement | null): Promise<boolean> {
  if (isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // refused by the reader or the browser: the old way may still work
    }
  }
  if (copyByTextarea(text)) return true;
  if (source !== null) getSelection()?.selectAllChildren(source);
  return false;
}

function copyByTextarea(text: string): boolean {
  const before = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.readOnly = true;
  area.className = 'vh';
  // inside an open dialog everything outside of it is inert, so the helper goes where the focus is
  (before?.closest('dialog') ?? document.body).append(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return isCopied;
}
