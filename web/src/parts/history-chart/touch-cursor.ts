/** Fingers on a chart: one scrolls the page; two, or one that rests, move the data cursor. */

/** A finger that rests this long means the chart. */
const REST_MS = 350;
/** One that moves further before that means the page. */
const MOVE_MAX_PX = 10;

/** `onMove` gets the horizontal place in the element; null when the fingers are gone. Returns the way to stop. */
export function followFingers(element: HTMLElement, onMove: (x: number | null) => void): () => void {
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let start: Touch | undefined;
  let isCursor = false;
  const place = (touches: TouchList): number => {
    const all = [...touches];
    const middle = all.reduce((sum, { clientX }) => sum + clientX, 0) / Math.max(1, all.length);
    return middle - element.getBoundingClientRect().left;
  };
  const begin = (touches: TouchList): void => {
    isCursor = true;
    onMove(place(touches));
  };
  const on = <Name extends 'touchstart' | 'touchmove' | 'touchend' | 'touchcancel'>(
    name: Name,
    listener: (event: HTMLElementEventMap[Name]) => void,
  ): void => element.addEventListener(name, listener, { signal: stop.signal, passive: false });
  on('touchstart', (event) => {
    clearTimeout(timer);
    const { touches } = event;
    start = touches[0];
    if (touches.length > 1) begin(touches);
    else timer = setTimeout(() => begin(touches), REST_MS);
  });
  on('touchmove', (event) => {
    const { touches } = event;
    if (isCursor) {
      // the chart has the fingers now: the page stays where it is
      if (event.cancelable) event.preventDefault();
      onMove(place(touches));
      return;
    }
    const [touch] = touches;
    if (touch === undefined || start === undefined) return;
    if (Math.hypot(touch.clientX - start.clientX, touch.clientY - start.clientY) > MOVE_MAX_PX) clearTimeout(timer);
  });
  const end = (): void => {
    clearTimeout(timer);
    if (isCursor) onMove(null);
    isCursor = false;
  };
  on('touchend', (event) => event.touches.length === 0 && end());
  on('touchcancel', end);
  return () => {
    clearTimeout(timer);
    stop.abort();
  };
}
