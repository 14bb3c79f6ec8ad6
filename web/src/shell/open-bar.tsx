/**
 * RUCHE_ANONYMOUS=open lets every device in, RUCHE_COMPAT_OPEN=on lets the neighbours use the old routes: every page says
 * so for as long as it is set.
 */
import { useEffect } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { Icon } from '../parts/icon.tsx';
import { hubInfo, wantHubInfo } from '../state/hub-info.ts';

export function OpenBar() {
  useEffect(wantHubInfo, []);
  const hub = hubInfo.state.value;
  if (hub.kind !== 'ready') return null;
  const { anonymous, compatOpen } = hub.value;
  return (
    <>
      {anonymous === 'open' && <Bar title={t('open.title')} cure={t('open.cure')} />}
      {compatOpen && <Bar title={t('open.compatTitle')} cure={t('open.compatCure')} />}
    </>
  );
}

function Bar({ title, cure }: { title: string; cure: string }) {
  return (
    <div class="bar-off bad" role="note">
      <Icon name="triangle-alert" />
      <span>
        <b>{title}</b> {cure}
      </span>
    </div>
  );
}
