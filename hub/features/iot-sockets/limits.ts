/** How much one socket, one device and all of them may take of the hub. */

/** Seed 1's documents have 200 bytes (S1-23). */
export const FRAME_BYTES_MAX = 16 * 1024;
/** The seed sends one message a second; ten times that over ten seconds is still no mistake. */
export const FRAMES_MAX = 100;
export const FRAMES_WINDOW_MS = 10_000;
/**
 * Messages of one socket on their way to the store; then nothing more is read from it until there is room. What the
 * network had handed over already still comes, FRAMES_MAX at most.
 */
export const IN_FLIGHT_MAX = 16;
/** Sockets open on one device: itself, and whoever watches it. */
export const SOCKETS_PER_DEVICE_MAX = 8;
export const SOCKETS_MAX = 2000;
/** Written and not taken by the network: more, and nobody reads. */
export const UNSENT_BYTES_MAX = 256 * 1024;
/** Silence after which a socket is asked, and as long again after which it is given up. */
export const PING_EVERY_MS = 30_000;
/** Openings by one device or person in a minute (S3-10 has the same number), and from one address: many may live there. */
export const OPENINGS_MAX = 100;
export const OPENINGS_PER_ADDRESS_MAX = 1000;
export const OPENINGS_WINDOW_MS = 60_000;
/** Addresses, and openers, counted at the same time; the one counted longest ago is forgotten first. */
export const COUNTED_MAX = 5000;
