/** Colours for short pieces of configuration: keys, strings, numbers. Enough for YAML, C and a command line. */

export interface Piece {
  text: string;
  /** The class of `.code`: k key, s string, d number. */
  look: 'k' | 's' | 'd' | null;
}

const TOKENS =
  /(?<s>"(?:[^"\\\n]|\\.)*"|'[^'\n]*')|(?<d>(?<![\w.])\d+(?:\.\d+)*(?![\w]))|(?<k>^[ ]*[\w ]+(?=:[ \n]|:$))/gm;

export function highlight(code: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of code.matchAll(TOKENS)) {
    if (match.index > at) pieces.push({ text: code.slice(at, match.index), look: null });
    const { s, d } = match.groups ?? {};
    pieces.push({ text: match[0], look: s !== undefined ? 's' : d !== undefined ? 'd' : 'k' });
    at = match.index + match[0].length;
  }
  if (at < code.length) pieces.push({ text: code.slice(at), look: null });
  return pieces;
}
