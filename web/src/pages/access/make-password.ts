/** A password for a program: nobody has to remember it, so it is long, and has no characters that look alike. */

const ALPHABET = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
/** 24 of 56 characters are about 139 bits. */
const LENGTH = 24;

export function makePassword(): string {
  let password = '';
  while (password.length < LENGTH) {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
    // Bytes beyond a multiple of the alphabet would make its first characters likelier.
    if (byte < ALPHABET.length * 4) password += ALPHABET.charAt(byte % ALPHABET.length);
  }
  return password;
}
