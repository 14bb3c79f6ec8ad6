/** The little of Markdown a text tile knows, as data: headings, lists, bold, emphasis, code, links. Pure. */

export type Inline =
  | { kind: 'text' | 'bold' | 'emphasis' | 'code'; text: string }
  | { kind: 'link'; text: string; href: string };
export type Block = { kind: 'heading' | 'paragraph'; inline: Inline[] } | { kind: 'list'; items: Inline[][] };

const PIECES =
  /`(?<code>[^`\n]+)`|\*\*(?<bold>[^*\n]+)\*\*|\*(?<emphasis>[^*\n]+)\*|\[(?<label>[^\]\n]+)\]\((?<href>[^)\s]+)\)/g;
/** Anything else could run a script, or look like what it is not. */
const LINKABLE = /^(?:https?:\/\/|mailto:|\/(?!\/))/i;

export function readMarkdown(text: string): Block[] {
  const blocks: Block[] = [];
  let isOpen = false;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const last = isOpen ? blocks.at(-1) : undefined;
    isOpen = line !== '';
    const heading = /^#{1,4}\s+(.+)$/.exec(line)?.[1];
    const item = /^[-*]\s+(.+)$/.exec(line)?.[1];
    if (line === '') continue;
    if (heading !== undefined) {
      blocks.push({ kind: 'heading', inline: readInline(heading) });
      isOpen = false;
    } else if (item !== undefined) {
      if (last?.kind === 'list') last.items.push(readInline(item));
      else blocks.push({ kind: 'list', items: [readInline(item)] });
    } else if (last?.kind === 'paragraph') last.inline.push({ kind: 'text', text: '\n' }, ...readInline(line));
    else blocks.push({ kind: 'paragraph', inline: readInline(line) });
  }
  return blocks;
}

function readInline(text: string): Inline[] {
  const pieces: Inline[] = [];
  let at = 0;
  const plain = (until: number): void => {
    if (until > at) pieces.push({ kind: 'text', text: text.slice(at, until) });
  };
  for (const match of text.matchAll(PIECES)) {
    plain(match.index);
    at = match.index + match[0].length;
    const { code, bold, emphasis, label = '', href = '' } = match.groups ?? {};
    if (code !== undefined) pieces.push({ kind: 'code', text: code });
    else if (bold !== undefined) pieces.push({ kind: 'bold', text: bold });
    else if (emphasis !== undefined) pieces.push({ kind: 'emphasis', text: emphasis });
    else if (LINKABLE.test(href)) pieces.push({ kind: 'link', text: label, href });
    else pieces.push({ kind: 'text', text: match[0] });
  }
  plain(text.length);
  return pieces;
}
