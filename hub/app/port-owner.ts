/** Who has a busy TCP port: read from /proc on Linux, for the message that stops the start. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const STATE_LISTEN = '0A';
/** The answer when two settings name the same port. */
export const ITSELF = 'this hub itself';

/** `mosquitto (pid 812)`, `this hub itself`, or undefined when this system does not tell. */
export function portOwner(port: number): string | undefined {
  const inodes = listeningInodes(port);
  if (inodes.size === 0) return undefined;
  for (const pid of entries('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const fd of entries(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode === undefined || !inodes.has(inode)) continue;
      if (Number(pid) === process.pid) return ITSELF;
      return `${content(`/proc/${pid}/comm`).trim()} (pid ${pid})`;
    }
  }
  return undefined;
}

/** Columns of /proc/net/tcp: 1 local address:port in hex, 3 state, 9 inode. */
function listeningInodes(port: number): Set<string> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const inodes = new Set<string>();
  for (const line of `${content('/proc/net/tcp')}\n${content('/proc/net/tcp6')}`.split('\n')) {
    const columns = line.trim().split(/\s+/);
    if (columns[1]?.endsWith(suffix) && columns[3] === STATE_LISTEN && columns[9] !== undefined) inodes.add(columns[9]);
  }
  return inodes;
}

// Other people's processes cannot be read, and processes end while we look: both mean "not told".
function quietly<Value>(read: () => Value, otherwise: Value): Value {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
const entries = (path: string): string[] => quietly(() => readdirSync(path), []);
const content = (path: string): string => quietly(() => readFileSync(path, 'utf8'), '');
const link = (path: string): string => quietly(() => readlinkSync(path), '');
