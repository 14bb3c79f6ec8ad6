/** What people type as a device id: read from stickers, logs and routers, so in every spelling of a MAC. Pure. */

const ID = /^[A-Za-z0-9._-]{1,64}$/;
const MAC = /^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i;
const BARE_MAC = /^[0-9a-f]{12}$/i;
/** A Simon's client id and access point name carry its id behind these. */
const PREFIX = /^(?:ESP32-Simon-|Simon-PAIR-)/i;

/** The id as the hub stores it (a MAC without separators, in capitals), or null when it cannot be one. */
export function typedDeviceId(text: string): string | null {
  const bare = text.trim().replace(PREFIX, '');
  if (MAC.test(bare)) return bare.replaceAll(/[:-]/g, '').toUpperCase();
  if (BARE_MAC.test(bare)) return bare.toUpperCase();
  return ID.test(bare) ? bare : null;
}
