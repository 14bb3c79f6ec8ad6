/** Words of the people who made the board. What they typed becomes elements, never markup. */
import type { WidgetSpec } from '../../../../../hub/contract/widget.ts';
import { type Block, type Inline, readMarkdown } from './markdown.ts';
import { TileFrame, TileIcon } from './tile-frame.tsx';

export function TextTile({ spec, area }: { spec: WidgetSpec; area: string }) {
  const blocks = readMarkdown(spec.options?.text ?? '');
  return (
    <TileFrame name={spec.name} icon={<TileIcon name="type" />} class={`text-tile ${area}`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: longer texts scroll, which a keyboard must be able to do */}
      <div class="words" tabIndex={0}>
        {blocks.map((block, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the text is shown as a whole
          <Paragraph key={at} block={block} />
        ))}
      </div>
    </TileFrame>
  );
}

function Paragraph({ block }: { block: Block }) {
  if (block.kind === 'list') return <Points items={block.items} />;
  if (block.kind === 'heading') {
    return (
      <h3>
        <b>
          <Words pieces={block.inline} />
        </b>
      </h3>
    );
  }
  return (
    <p>
      <Words pieces={block.inline} />
    </p>
  );
}

const Points = ({ items }: { items: readonly Inline[][] }) => (
  <ul>
    {items.map((item, at) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the text is shown as a whole
      <li key={at}>
        <Words pieces={item} />
      </li>
    ))}
  </ul>
);

const Words = ({ pieces }: { pieces: readonly Inline[] }) => (
  <>
    {pieces.map((piece, at) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the text is shown as a whole
      <Word key={at} piece={piece} />
    ))}
  </>
);

function Word({ piece }: { piece: Inline }) {
  switch (piece.kind) {
    case 'bold':
      return <b>{piece.text}</b>;
    case 'emphasis':
      return <em>{piece.text}</em>;
    case 'code':
      return <code>{piece.text}</code>;
    case 'link':
      return (
        <a href={piece.href} rel="noreferrer">
          {piece.text}
        </a>
      );
    case 'text':
      return <>{piece.text}</>;
  }
}
