/** One spelling for each device id: a MAC address is the same device with colons, with dashes and without. */

const MAC = /^[0-9a-f]{2}([:-]?)(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i;
const SEPARATORS = /[:-]/g;

const DEVICE_ID = /^[A-Za-z0-9._:-]{1,64}$/;

/** May a device have this id? */
export const isDeviceId = (name: string): boolean => DEVICE_ID.test(name);

/** A MAC of 12 hexadecimal digits becomes upper case without separators; every other name is kept as it is. */
export function canonicalId(name: string): string {
  return MAC.test(name) ? name.replace(SEPARATORS, '').toUpperCase() : name;
}
