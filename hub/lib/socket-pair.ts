/** Two ends of a connection inside this process: like a socket, either end closing closes the other. */
import { type Duplex, duplexPair } from 'node:stream';

export function socketPair(): [Duplex, Duplex] {
  const [near, far] = duplexPair();
  closeTogether(near, far);
  closeTogether(far, near);
  return [near, far];
}

function closeTogether(one: Duplex, other: Duplex): void {
  // A turn later: what was written before the end is read first, as on a wire.
  one.once('close', () => setImmediate(() => other.destroy()));
}
