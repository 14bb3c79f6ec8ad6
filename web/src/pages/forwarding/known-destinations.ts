/** The destinations as they are known now: the list of the API, its status kept fresh by live messages. Pure. */
import type { Destination, DestinationStatus } from '../../../../hub/contract/destination.ts';
import type { LiveForwarding } from '../../../../hub/contract/live.ts';

/** Undefined: one has come or gone, and the list must be asked for again. */
export function withStatus(known: readonly Destination[], { destinations }: LiveForwarding): Destination[] | undefined {
  const status = new Map(destinations.map((one) => [one.id, one.status]));
  if (known.length !== status.size || known.some(({ id }) => !status.has(id))) return undefined;
  return known.map((one) => ({ ...one, status: status.get(one.id) ?? one.status }));
}

/** Whether a queue got longer or shorter between two looks; null: neither, or nothing waits. */
export function trendOf(before: DestinationStatus | undefined, now: DestinationStatus): 'grows' | 'drains' | null {
  if (before === undefined || before.queued === now.queued || now.queued === 0) return null;
  return now.queued > before.queued ? 'grows' : 'drains';
}
