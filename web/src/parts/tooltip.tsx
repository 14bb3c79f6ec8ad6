/** One tooltip for the whole app: shows the `data-tip` of what is pointed at or focused; Esc hides it. */
import { useEffect, useRef } from 'preact/hooks';

const DELAY_MS = 400;
const GAP_PX = 7;

export function TooltipLayer() {
  const tip = useRef<HTMLDivElement>(null);
  useEffect(() => (tip.current === null ? undefined : follow(tip.current)), []);
  return <div ref={tip} class="tip" popover="manual" aria-hidden="true" />;
}

function follow(tip: HTMLElement): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let target: HTMLElement | null = null;
  const stop = new AbortController();
  const hide = () => {
    clearTimeout(timer);
    target = null;
    if (tip.matches(':popover-open')) tip.hidePopover();
  };
  const consider = (event: Event, delayMs: number) => {
    const found = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-tip]') : null;
    if (found === target) return;
    hide();
    if (found === null) return;
    target = found;
    timer = setTimeout(() => found.isConnected && show(tip, found), delayMs);
  };
  const options = { signal: stop.signal, passive: true };
  addEventListener('pointerover', (event) => event.pointerType === 'mouse' && consider(event, DELAY_MS), options);
  addEventListener(
    'focusin',
    (event) => event.target instanceof Element && event.target.matches(':focus-visible') && consider(event, 0),
    options,
  );
  for (const type of ['focusout', 'pointerdown', 'scroll']) addEventListener(type, hide, { ...options, capture: true });
  addEventListener('keydown', (event) => event.key === 'Escape' && hide(), options);
  return () => {
    hide();
    stop.abort();
  };
}

function show(tip: HTMLElement, target: HTMLElement): void {
  const text = target.getAttribute('data-tip') ?? '';
  if (text === '') return;
  tip.textContent = text;
  tip.showPopover();
  const at = target.getBoundingClientRect();
  const left = at.left + at.width / 2 - tip.offsetWidth / 2;
  const above = at.top - tip.offsetHeight - GAP_PX;
  tip.style.left = `${Math.min(Math.max(GAP_PX, left), innerWidth - tip.offsetWidth - GAP_PX)}px`;
  tip.style.top = `${above < GAP_PX ? at.bottom + GAP_PX : above}px`;
}
