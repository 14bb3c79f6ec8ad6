/** A payload: as a picture, as a JSON tree with what changed, as text, or in hexadecimal. */
import { useMemo, useState } from 'preact/hooks';
import type { TopicMessage } from '../../../hub/contract/topic.ts';
import { formatBytes } from '../i18n/format.ts';
import { t } from '../i18n/language.ts';
import { Button } from './button.tsx';
import { Seg } from './choice.tsx';
import { copyText } from './clipboard.ts';
import { type ImageType, imageTypeOf } from './image-type.ts';
import { ImageView } from './image-view.tsx';
import { bytesOf, childPath, type Difference, differenceOf, hexLines, type Json, parseJson } from './payload.ts';
import { toast } from './toast.tsx';

type Look = 'image' | 'json' | 'text' | 'hex';
export type Shown = Pick<TopicMessage, 'base64' | 'text' | 'bytes' | 'isCut'>;

export function ValueView({ message, before }: { message: Shown; before: Shown | undefined }) {
  const [chosen, setChosen] = useState<Look | undefined>(undefined);
  const json = parseJson(message.text);
  const image = useMemo(() => imageTypeOf(bytesOf(message.base64)), [message.base64]);
  const possible = looksOf(message, json, image);
  const look = chosen !== undefined && possible.includes(chosen) ? chosen : (possible[0] ?? 'hex');
  const copy = async () => {
    const isDone = await copyText(message.text ?? message.base64, document.querySelector<HTMLElement>('.value-body'));
    toast({ kind: isDone ? 'ok' : 'plain', text: t(isDone ? 'common.copied' : 'common.copyByHand') });
  };
  return (
    <div class="value">
      <div class="row wrap">
        <Seg
          label={t('explorer.look')}
          value={look}
          options={possible.map((value) => ({ value, label: t(`explorer.look.${value}`) }))}
          onChange={setChosen}
        />
        <span class="muted num">{formatBytes(message.bytes)}</span>
        {message.isCut && <span class="tag warn">{t('explorer.cut')}</span>}
        <span class="grow" />
        <Button size="sm" kind="ghost" icon="copy" onClick={() => void copy()}>
          {t('common.copy')}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="value-body mono" tabIndex={0} aria-label={t('explorer.value')}>
        {look === 'image' && image !== undefined ? (
          <ImageView base64={message.base64} type={image} />
        ) : (
          <Body look={look} message={message} json={json} before={before} />
        )}
      </section>
    </div>
  );
}

/** The one that tells most comes first. */
function looksOf({ text }: Shown, json: Json | undefined, image: ImageType | undefined): Look[] {
  const looks: Look[] = image === undefined ? [] : ['image'];
  if (json !== undefined) looks.push('json');
  if (text !== null) looks.push('text');
  return [...looks, 'hex'];
}

interface BodyProps {
  look: Look;
  message: Shown;
  json: Json | undefined;
  before: Shown | undefined;
}

function Body({ look, message, json, before }: BodyProps) {
  if (message.bytes === 0) return <p class="muted">{t('explorer.emptyPayload')}</p>;
  if (look === 'json' && json !== undefined) {
    const old = before === undefined ? undefined : parseJson(before.text);
    const difference = old === undefined ? undefined : differenceOf(old, json);
    return (
      <>
        <JsonValue value={json} path="" name={undefined} difference={difference} depth={0} />
        {difference?.gone.map(({ path, value }) => (
          <div key={path} class="json-line gone">
            <del>
              {path}: {value}
            </del>
            <span class="vh">{t('explorer.gone')}</span>
          </div>
        ))}
      </>
    );
  }
  if (look === 'text') {
    const isChanged = before?.text !== undefined && before.text !== null && before.text !== message.text;
    return (
      <>
        <pre>{message.text}</pre>
        {isChanged && (
          <p class="was">
            {t('explorer.was')} <del>{before.text?.slice(0, WAS_MAX)}</del>
          </p>
        )}
      </>
    );
  }
  return <Hex message={message} />;
}

/** Characters of the value before, where it is not compared in parts. */
const WAS_MAX = 400;
/** Deeper than this a value is shown in one line. */
const DEPTH_MAX = 20;
/** Parts of one list or object that are shown. */
const ITEMS_MAX = 500;

interface JsonValueProps {
  value: Json;
  path: string;
  name: string | undefined;
  difference: Difference | undefined;
  depth: number;
}

function JsonValue({ value, path, name, difference, depth }: JsonValueProps) {
  const label = name !== undefined && <span class="k">{name}: </span>;
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) {
    const was = difference?.changed.get(path);
    return (
      <div class={was === undefined ? 'json-line' : 'json-line changed'}>
        {label}
        <span class={typeof value === 'string' ? 's' : 'd'}>{JSON.stringify(value)}</span>
        {was !== undefined && (
          <span class="was">
            {was === null ? t('explorer.added') : t('explorer.was')} {was !== null && <del>{was}</del>}
          </span>
        )}
      </div>
    );
  }
  const entries: [string, Json][] = Array.isArray(value)
    ? value.slice(0, ITEMS_MAX).map((item, at) => [String(at), item])
    : Object.entries(value).slice(0, ITEMS_MAX);
  const brackets = Array.isArray(value) ? `[${value.length}]` : `{${Object.keys(value).length}}`;
  const parts = entries.map(([key, item]) => (
    <JsonValue
      key={key}
      value={item}
      path={childPath(path, key)}
      name={key}
      difference={difference}
      depth={depth + 1}
    />
  ));
  if (depth === 0) return <div class="json">{parts}</div>;
  return (
    <details open>
      <summary>
        {label}
        <span class="muted">{brackets}</span>
      </summary>
      <div class="json">{parts}</div>
    </details>
  );
}

function Hex({ message }: { message: Shown }) {
  return (
    <pre class="hex">
      {hexLines(bytesOf(message.base64)).map(({ at, hex, text }) => (
        <div key={at}>
          <span class="muted">{at}</span> {hex.padEnd(HEX_WIDTH)} <span class="s">{text}</span>
        </div>
      ))}
    </pre>
  );
}
const HEX_WIDTH = 47;
