/** Which way a message has come, written on it: nothing goes back where it came from, and nothing goes round. */

/** The part of a message's properties this is about. */
interface Marked {
  readonly userProperties?: readonly (readonly [name: string, value: string])[];
}

export interface Hop {
  /** The same for all destinations of a hub, and of no other hub. */
  readonly hub: string;
  readonly destination: string;
}

/** More than this is a loop of hubs. */
const HOPS_MAX = 16;
/** A user property of MQTT 5; one for each hop, `<hub>:<destination>`. */
const NAME = 'ruche-path';

const hopsOf = ({ userProperties = [] }: Marked): string[] =>
  userProperties.flatMap(([name, value]) => (name === NAME ? [value] : []));

export function addHop<Properties extends Marked>(properties: Properties, { hub, destination }: Hop): Properties {
  return {
    ...properties,
    userProperties: [...(properties.userProperties ?? []), [NAME, `${hub}:${destination}`] as const],
  };
}

/** It came by this destination, or has been through too many hubs to be going anywhere. */
export function mayGo(properties: Marked | undefined, { hub, destination }: Hop): boolean {
  if (properties?.userProperties === undefined) return true;
  const hops = hopsOf(properties);
  return hops.length < HOPS_MAX && !hops.includes(`${hub}:${destination}`);
}

/** This hub has sent it out itself, or had it already. */
export const hasBeenHere = (properties: Marked, hub: string): boolean =>
  hopsOf(properties).some((hop) => hop.startsWith(`${hub}:`));
