/** The data cursor of a curve: which point is meant by a pointer or a key. Pure. */

/** The point nearest to a horizontal position. */
export function nearestPoint(points: readonly { readonly x: number }[], x: number): number {
  let nearest = 0;
  points.forEach((point, at) => {
    if (Math.abs(point.x - x) < Math.abs((points[nearest]?.x ?? 0) - x)) nearest = at;
  });
  return nearest;
}

/** Where the data cursor goes on a key; undefined for keys that are not the curve's. */
export function cursorAfter(key: string, at: number, count: number): number | undefined {
  const last = count - 1;
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, at - 1);
    case 'ArrowRight':
      return Math.min(last, at + 1);
    case 'PageUp':
      return Math.max(0, at - 10);
    case 'PageDown':
      return Math.min(last, at + 10);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}
