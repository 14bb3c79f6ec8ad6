/** Which devices a tile shows that has no room for all. Pure. */

/** Those that said most, in the order they came in. */
export function busiest(ids: readonly string[], room: number, messagesOf: (id: string) => number): readonly string[] {
  if (ids.length <= room) return ids;
  const chosen = new Set(ids.toSorted((a, b) => messagesOf(b) - messagesOf(a)).slice(0, room));
  return ids.filter((id) => chosen.has(id));
}
