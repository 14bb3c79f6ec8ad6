/** Nothing has ever connected: three ways to begin. */

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../../i18n/language.ts';
import { Button, LinkButton } from '../../parts/button.tsx';
import { SimonMark } from '../../parts/device-icon.tsx';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { problemOf, wordsOf } from '../../parts/states.tsx';
import { toast } from '../../parts/toast.tsx';
import { href } from '../../router.ts';
import { may } from '../../session.ts';
import { demo, startDemo } from '../../state/demo.ts';
import { mqttAddress, wantHubInfo } from '../../state/hub-info.ts';

export function Beginnings() {
  useEffect(wantHubInfo, []);
  const { host, port } = mqttAddress();
  return (
    <>
      <div class="lead">
        <h2>{t('overview.emptyTitle')}</h2>
        <p class="sub">{t('overview.emptyText')}</p>
      </div>
      <div class="board">
        <Beginning
          icon={<BigIcon name="plug" />}
          title={t('overview.connectTitle')}
          text={t('overview.connectText', { address: `${host}:${port}` })}
        >
          <LinkButton href="/devices">{t('overview.connectAction')}</LinkButton>
        </Beginning>
        <Beginning icon={<SimonMark size={34} />} title={t('overview.pairTitle')} text={t('overview.pairText')}>
          <LinkButton href="/pair">{t('overview.pairAction')}</LinkButton>
        </Beginning>
        <DemoBeginning />
      </div>
    </>
  );
}

function DemoBeginning() {
  const isAllowed = may('demo.run');
  const state = demo.value;
  return (
    <Beginning icon={<BigIcon name="gamepad-2" />} title={t('overview.demoTitle')} text={t('overview.demoText')}>
      {state?.running && state.deviceId !== null ? (
        <LinkButton kind="primary" icon="link" href={href('/pair', {}, { device: state.deviceId })}>
          {t('overview.demoPair')}
        </LinkButton>
      ) : (
        <StartDemo isAllowed={isAllowed} />
      )}
      {!isAllowed && (
        <p class="note" id="demo-denied">
          {t('overview.demoDenied')}
        </p>
      )}
    </Beginning>
  );
}

function StartDemo({ isAllowed }: { isAllowed: boolean }) {
  const [isStarting, setStarting] = useState(false);
  const start = async (): Promise<void> => {
    setStarting(true);
    try {
      await startDemo();
    } catch (error) {
      toast({ kind: 'bad', text: `${t('overview.demoFailed')} ${wordsOf(problemOf(error)).title}` });
    } finally {
      setStarting(false);
    }
  };
  return (
    <Button
      kind="primary"
      icon="play"
      busy={isStarting}
      disabled={!isAllowed}
      more={isAllowed ? undefined : { 'aria-describedby': 'demo-denied' }}
      onClick={() => void start()}
    >
      {t('overview.demoAction')}
    </Button>
  );
}

interface BeginningProps {
  icon: ComponentChildren;
  title: string;
  text: string;
  children: ComponentChildren;
}

function Beginning({ icon, title, text, children }: BeginningProps) {
  return (
    <section class="card begin">
      <span class="av">{icon}</span>
      <h3>{title}</h3>
      <p class="sub">{text}</p>
      <div class="foot">{children}</div>
    </section>
  );
}

const BigIcon = ({ name }: { name: IconName }) => <Icon name={name} />;
