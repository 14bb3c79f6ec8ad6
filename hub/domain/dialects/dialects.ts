/** All dialects the hub understands, in the order they are asked; add a dialect here. */
import type { Decoded, Dialect } from './dialect.ts';
import { ruche } from './ruche.ts';
import { simon } from './simon.ts';

export const DIALECTS: readonly Dialect[] = [simon, ruche];

export interface Identity {
  /** As the client id has it, not yet canonical. */
  readonly name: string;
  readonly dialect: string;
}

/** The first dialect that recognises the client id. */
export function identify(clientId: string): Identity | undefined {
  for (const dialect of DIALECTS) {
    const name = dialect.identify(clientId);
    if (name !== undefined) return { name, dialect: dialect.id };
  }
  return undefined;
}

export interface Spoken {
  readonly dialect: string;
  readonly decoded: Exclude<Decoded, undefined>;
}

/** What the first dialect that has this topic makes of the message; undefined: nobody's topic. */
export function decode(topic: string, payload: Uint8Array, receivedMs: number): Spoken | undefined {
  for (const dialect of DIALECTS) {
    const decoded = dialect.decode(topic, payload, receivedMs);
    if (decoded !== undefined) return { dialect: dialect.id, decoded };
  }
  return undefined;
}
