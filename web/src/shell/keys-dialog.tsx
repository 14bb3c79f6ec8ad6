/** The sheet behind `?`: every key, and the switch that turns them off. */
import { t } from '../i18n/language.ts';
import { Switch } from '../parts/choice.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { may } from '../session.ts';
import { enableKeys, keysEnabled, keysOpen } from './keys.ts';
import { destinations } from './navigation.ts';

export function KeysDialog() {
  const close = () => {
    keysOpen.value = false;
  };
  return (
    <Dialog title={t('keys.title')} open={keysOpen.value} onClose={close}>
      <dl class="keys">
        <Row keys={['?']} text={t('keys.help')} />
        <Row keys={['/']} text={t('keys.search')} />
        {destinations().map(({ key, label }) => (
          <Row key={key} isSequence keys={['g', key]} text={t('keys.go', { page: t(label) })} />
        ))}
        {may('mode.change') && <Row keys={['m']} text={t('keys.mode')} />}
        <Row keys={['j', 'k', 'Enter']} text={t('keys.rows')} />
        <Row keys={['e']} text={t('keys.edit')} />
        <Row keys={['Space']} text={t('keys.pause')} />
        <Row keys={['p']} text={t('keys.publish')} />
        <Row isSequence keys={['t', '← →']} text={t('keys.shift')} />
        <Row isSequence keys={['t', '+ -']} text={t('keys.zoom')} />
        <Row isSequence keys={['t', 'l']} text={t('keys.live')} />
        <Row keys={['Esc']} text={t('keys.close')} />
      </dl>
      <Switch
        label={t('keys.enabled')}
        hint={t('keys.enabledHint')}
        checked={keysEnabled.value}
        onChange={enableKeys}
      />
    </Dialog>
  );
}

function Row({ keys, text, isSequence = false }: { keys: readonly string[]; text: string; isSequence?: boolean }) {
  return (
    <div>
      <dt>{text}</dt>
      <dd>
        {keys.map((key, index) => (
          <span key={key}>
            {index > 0 && (isSequence ? <span class="muted"> {t('keys.then')} </span> : ' ')}
            <kbd>{key}</kbd>
          </span>
        ))}
      </dd>
    </div>
  );
}
