/** Lists of a destination as lines of text, as people edit them, and back. Pure. */
import type { DestinationPatch } from '../../../../hub/contract/destination.ts';

/** Which line cannot be read, from 1; null: all can. */
export interface Read<Value> {
  value: Value;
  wrongLine: number | null;
}

const linesOf = (text: string): { line: number; text: string }[] =>
  text
    .split('\n')
    .map((one, at) => ({ line: at + 1, text: one.trim() }))
    .filter((one) => one.text !== '');

export const topicsIn = (text: string): string[] => linesOf(text).map((one) => one.text);

/** `MOTION_DETECTED = motion_detected` */
export function mappingIn(text: string): Read<NonNullable<DestinationPatch['mapping']>> {
  const lines = linesOf(text).map(({ line, text: one }) => {
    const [from = '', to = ''] = one.split(/\s*=\s*/, 2);
    return { line, from: from.trim(), to: to.trim() };
  });
  const wrong = lines.find(({ from, to }) => from === '' || to === '');
  return { value: lines.map(({ from, to }) => ({ from, to })), wrongLine: wrong?.line ?? null };
}

export const mappingText = (mapping: readonly { from: string; to: string }[]): string =>
  mapping.map(({ from, to }) => `${from} = ${to}`).join('\n');

/** `Authorization: Bearer …`; a name alone keeps its value. */
export function headersIn(text: string): Read<NonNullable<DestinationPatch['headers']>> {
  const lines = linesOf(text).map(({ line, text: one }) => {
    const [name = '', ...rest] = one.split(':');
    const value = rest.join(':').trim();
    return { line, name: name.trim(), value };
  });
  const wrong = lines.find(({ name }) => name === '');
  return {
    value: lines.map(({ name, value }) => (value === '' ? { name } : { name, value })),
    wrongLine: wrong?.line ?? null,
  };
}
