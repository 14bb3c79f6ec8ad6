/** The forms a setting can take: how its text is read, and how the allowed form is told to people. */
import { Value } from 'typebox/value';
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from '../contract/limits.ts';
import { Username } from '../contract/user.ts';
import { retentionOf } from '../domain/retention.ts';

export interface Form<Value> {
  /** Told in messages: "allowed: …". */
  readonly allowed: string;
  /** `undefined` = not of this form. */
  parse(raw: string): Value | undefined;
}

/** A wrong name or value; the start stops with its message. */
export class ConfigError extends Error {
  constructor(name: string, value: string | undefined, allowed: string) {
    super(value === undefined ? `${name}: expected ${allowed}.` : `${name} is "${value}", expected ${allowed}.`);
    this.name = 'ConfigError';
  }
}

const PORT_MAX = 65_535;

export const text: Form<string> = {
  allowed: 'text',
  parse: (raw) => (raw.trim() === '' ? undefined : raw.trim()),
};

export const webAddress: Form<string> = {
  allowed: 'an address such as http://192.168.1.5:8000',
  parse: (raw) => (/^https?:\/\//.test(raw.trim()) && URL.canParse(raw.trim()) ? raw.trim() : undefined),
};

export const username: Form<string> = {
  allowed: 'letters, digits, space, ".", "_" and "-", at most 32',
  parse: (raw) => (Value.Check(Username, raw.trim()) ? raw.trim() : undefined),
};

/** As it is, spaces too: nobody trims what people type when they sign in. */
export const password: Form<string> = {
  allowed: `${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} characters`,
  parse: (raw) => (raw.length >= PASSWORD_LENGTH_MIN && raw.length <= PASSWORD_LENGTH_MAX ? raw : undefined),
};

export const port: Form<number | null> = {
  allowed: `0 (any free port) to ${PORT_MAX}, or "off"`,
  parse: (raw) => (raw === 'off' ? null : portNumber(raw)),
};

export const ports: Form<readonly number[]> = {
  allowed: 'port numbers separated by commas',
  parse(raw) {
    const numbers = raw.split(',').map((part) => portNumber(part.trim()));
    const known = numbers.filter((number) => number !== undefined);
    return known.length === numbers.length ? known : undefined;
  },
};

export const retention: Form<string> = {
  allowed: 'days of readings, minutes, hours and days, rising, such as "30,90,730,forever"',
  parse: (raw) => (retentionOf(raw) === undefined ? undefined : raw),
};

export const switchOf: Form<boolean> = {
  allowed: '"on" or "off"',
  parse: (raw) => (raw === 'on' || raw === 'true' ? true : raw === 'off' || raw === 'false' ? false : undefined),
};

export function choice<const Choice extends string>(choices: readonly Choice[]): Form<Choice> {
  return {
    allowed: choices.map((one) => `"${one}"`).join(', '),
    parse: (raw) => choices.find((one) => one === raw),
  };
}

/** The same form for a setting that may be absent. */
export const optional = <Value>(form: Form<Value>): Form<Value | undefined> => form;

function portNumber(raw: string): number | undefined {
  if (!/^\d{1,5}$/.test(raw)) return undefined;
  const number = Number(raw);
  return number <= PORT_MAX ? number : undefined;
}
