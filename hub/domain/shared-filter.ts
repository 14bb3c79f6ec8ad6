/** Shared subscriptions, as MQTT 5 section 4.8.2 has them: `$share/<group>/<filter>`, one member gets each message. */

export interface SharedFilter {
  readonly group: string;
  readonly filter: string;
}

const PREFIX = '$share/';

export const isSharedFilter = (filter: string): boolean => filter.startsWith(PREFIX);

/** Undefined: group or filter is missing, or the group has a wildcard. [MQTT-4.8.2-1] [MQTT-4.8.2-2] */
export function sharedFilterOf(filter: string): SharedFilter | undefined {
  const groupEnd = filter.indexOf('/', PREFIX.length);
  if (!isSharedFilter(filter) || groupEnd === -1) return undefined;
  const group = filter.slice(PREFIX.length, groupEnd);
  const inner = filter.slice(groupEnd + 1);
  return group === '' || inner === '' || /[+#]/.test(group) ? undefined : { group, filter: inner };
}

/** What it takes in: the filter behind the group, or the filter itself. */
export const innerFilter = (filter: string): string => sharedFilterOf(filter)?.filter ?? filter;
