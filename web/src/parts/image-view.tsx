/** A payload that is a picture, drawn from memory: it is never asked of anybody, and cannot be anything but a picture. */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import type { ImageType } from './image-type.ts';
import { bytesOf } from './payload.ts';

export function ImageView({ base64, type }: { base64: string; type: ImageType }) {
  const [url, setUrl] = useState<string | undefined>(undefined);
  const [isBroken, setBroken] = useState(false);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([bytesOf(base64).slice().buffer], { type }));
    setBroken(false);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [base64, type]);
  if (isBroken) return <p class="muted">{t('explorer.imageBroken')}</p>;
  if (url === undefined) return null;
  const name = type.slice(type.indexOf('/') + 1).toUpperCase();
  return (
    <img class="payload-image" src={url} alt={t('explorer.imageAlt', { type: name })} onError={() => setBroken(true)} />
  );
}
