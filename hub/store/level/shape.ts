/** The one place where stored text becomes rows again: JSON, then a cheap look at every field. */
import { RucheError } from '../../contract/errors.ts';

export type Check = (value: unknown) => boolean;
/** One check for each field of the row; a field that is missing here does not compile. */
export type Checks<Row> = { readonly [Field in keyof Row]-?: Check };

export interface Shape<Row> {
  /** For a row inside another one. */
  readonly isRow: Check;
  /** Throws TypeError as `encode` does. */
  check(row: Row): void;
  /** The row as JSON. Throws TypeError when it would not be read back, e.g. for NaN: better now than in every list. */
  encode(row: Row): string;
  /** Throws STORE_UNAVAILABLE when the text is not such a row: the data is damaged. */
  decode(text: string): Row;
  /** As `decode`, but undefined for damaged data. */
  tryDecode(text: string): Row | undefined;
}

export const isText: Check = (value) => typeof value === 'string';
export const isNumber: Check = (value) => Number.isFinite(value);
export const isFlag: Check = (value) => typeof value === 'boolean';
export const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
export const isOneOf = (...choices: readonly string[]): Check => {
  return (value) => typeof value === 'string' && choices.includes(value);
};
export const either = (...checks: readonly Check[]): Check => {
  return (value) => {
    for (const check of checks) if (check(value)) return true;
    return false;
  };
};
export const isQos: Check = (value) => value === 0 || value === 1 || value === 2;
export const isNull: Check = (value) => value === null;
export const isMissing: Check = (value) => value === undefined;

/** `name` is what the row is called in messages. */
export function shapeOf<Row extends object>(name: string, checks: Checks<Row>): Shape<Row> {
  const fields: [string, Check][] = Object.entries(checks);
  const isRow = (value: unknown): value is Row => {
    if (typeof value !== 'object' || value === null) return false;
    for (const [field, check] of fields) if (!check(Reflect.get(value, field))) return false;
    return true;
  };
  const tryDecode = (text: string): Row | undefined => {
    const value = parse(text);
    return isRow(value) ? value : undefined;
  };
  const check = (row: Row): void => {
    if (!isRow(row)) throw new TypeError(`a ${name} has a field that cannot be stored`);
  };
  return {
    isRow,
    tryDecode,
    check,
    encode(row) {
      check(row);
      return JSON.stringify(row);
    },
    decode(text) {
      const row = tryDecode(text);
      if (row === undefined) throw new RucheError('STORE_UNAVAILABLE', `A stored ${name} is damaged.`);
      return row;
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
