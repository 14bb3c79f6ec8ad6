/** RUCHE_ANONYMOUS=open lets everybody in: every page says so for as long as it is set. */
import { useEffect } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { Icon } from '../parts/icon.tsx';
import { hubInfo, wantHubInfo } from '../state/hub-info.ts';

export function OpenBar() {
  useEffect(wantHubInfo, []);
  const hub = hubInfo.state.value;
  if (hub.kind !== 'ready' || hub.value.anonymous !== 'open') return null;
  return (
    <div class="bar-off bad" role="note">
      <Icon name="triangle-alert" />
      <span>
        <b>{t('open.title')}</b> {t('open.cure')}
      </span>
    </div>
  );
}
