/** The token a device of seed 1 makes itself: a JWT (HS256) signed with the device's own secret, good for one hour. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

export const ISSUER = 'fajma-iot';
export const LIFETIME_MAX_S = 3600;
/** A device's clock and ours may differ by so much. */
export const CLOCK_SKEW_S = 300;
const LENGTH_MAX = 2048;
/** Plain Base64 and its URL alphabet, padded or not: the firmware joins plain Base64 (S1-37). */
const PART = /^[A-Za-z0-9+/_-]+={0,2}$/;

const Header = Type.Object({ alg: Type.Literal('HS256') });
const Claims = Type.Object({
  device_id: Type.String({ minLength: 1, maxLength: 64 }),
  iat: Type.Number(),
  exp: Type.Number(),
  iss: Type.Literal(ISSUER),
});

export interface DeviceJwt {
  /** As the device calls itself. */
  readonly deviceId: string;
  readonly issuedS: number;
  readonly expiresS: number;
  /** What was signed, as it was sent: another alphabet would be another text. */
  readonly signed: string;
  readonly signature: Buffer;
}

/** Two dots: nothing a device token looks like. */
export const looksLikeJwt = (token: string): boolean => token.split('.').length === 3;

/** Undefined: not one of these. Nothing in it is to be believed before `isSignedWith`. */
export function readDeviceJwt(token: string): DeviceJwt | undefined {
  const [header, claims, signature, ...rest] = token.length > LENGTH_MAX ? [] : token.split('.');
  if (header === undefined || claims === undefined || signature === undefined || rest.length > 0) return undefined;
  if (![header, claims, signature].every((part) => PART.test(part))) return undefined;
  const said = jsonOf(claims);
  if (!Value.Check(Header, jsonOf(header)) || !Value.Check(Claims, said)) return undefined;
  return {
    deviceId: said.device_id,
    issuedS: said.iat,
    expiresS: said.exp,
    signed: `${header}.${claims}`,
    signature: Buffer.from(signature, 'base64'),
  };
}

export function isSignedWith({ signed, signature }: DeviceJwt, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(signed).digest();
  return signature.length === expected.length && timingSafeEqual(signature, expected);
}

/** Why its time is not now; undefined: it is. */
export function untimely({ issuedS, expiresS }: DeviceJwt, nowMs: number): string | undefined {
  const nowS = nowMs / 1000;
  if (expiresS + CLOCK_SKEW_S <= nowS) return "The device's token has expired; the device must make a new one.";
  if (issuedS - CLOCK_SKEW_S > nowS) return "The device's token is from the future; check the clock of the device.";
  if (expiresS - issuedS > LIFETIME_MAX_S) return `The device's token is good for longer than ${LIFETIME_MAX_S} s.`;
  return undefined;
}

/** Buffer reads both alphabets. */
function jsonOf(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64').toString());
  } catch {
    return undefined;
  }
}
