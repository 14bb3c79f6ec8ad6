/** The few settings there are: how the app looks to me, my password, and what this hub is. */
import { Fragment } from 'preact';
import { useEffect } from 'preact/hooks';
import type { HubInfo } from '../../../../hub/contract/hub-info.ts';
import { t } from '../../i18n/language.ts';
import { Button } from '../../parts/button.tsx';
import { Card, PageHead } from '../../parts/card.tsx';
import { Switch } from '../../parts/choice.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Whenever } from '../../parts/states.tsx';
import { may } from '../../session.ts';
import { enableKeys, keysEnabled, keysOpen } from '../../shell/keys.ts';
import { LanguageSeg, ThemeSeg } from '../../shell/preferences.tsx';
import { hubInfo, wantHubInfo } from '../../state/hub-info.ts';
import { DemoCard } from './demo-card.tsx';
import { PasswordCard } from './password-card.tsx';

export function SettingsPage() {
  return (
    <>
      <PageHead title={t('nav.settings')} />
      <div class="settings">
        <div class="stack">
          <Appearance />
          <PasswordCard />
        </div>
        <div class="stack">
          <About />
          {may('demo.run') && <DemoCard />}
        </div>
      </div>
    </>
  );
}

function Appearance() {
  return (
    <Card title={t('settings.appearance')} icon="sun-moon">
      <div class="setting">
        <span>{t('theme.label')}</span>
        <ThemeSeg />
      </div>
      <div class="setting">
        <span>{t('language.label')}</span>
        <LanguageSeg />
      </div>
      <Switch
        label={t('keys.enabled')}
        hint={t('keys.enabledHint')}
        checked={keysEnabled.value}
        onChange={enableKeys}
      />
      <div class="card-foot">
        <Button
          icon="keyboard"
          onClick={() => {
            keysOpen.value = true;
          }}
        >
          {t('settings.keyboardShow')}
        </Button>
      </div>
    </Card>
  );
}

function About() {
  useEffect(wantHubInfo, []);
  return (
    <Card title={t('settings.about')} icon="info">
      <Whenever state={hubInfo.state.value} onRetry={() => void hubInfo.reload()}>
        {(hub) => <Facts hub={hub} />}
      </Whenever>
    </Card>
  );
}

function Facts({ hub }: { hub: HubInfo }) {
  const port = (value: number | null) => (value === null ? t('settings.off') : String(value));
  const facts = [
    [t('settings.version'), hub.version],
    [t('settings.host'), hub.hostname],
    [t('settings.addresses'), hub.addresses.join('\n')],
    [t('settings.mqttPort'), port(hub.mqttPort)],
    [t('settings.webPort'), port(hub.httpPort)],
    [t('settings.timeZone'), hub.timeZone],
  ] as const;
  return (
    <>
      <dl class="kv">
        {facts.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd class="num">{value}</dd>
          </Fragment>
        ))}
      </dl>
      <div class="card-foot">
        <a class="btn" href="/docs" data-native>
          <Icon name="external-link" />
          <span>{t('settings.docs')}</span>
        </a>
      </div>
    </>
  );
}
