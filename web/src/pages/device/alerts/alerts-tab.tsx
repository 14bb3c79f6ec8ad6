/** What is wrong with a device now, and the rules that say when something is. */
import { useState } from 'preact/hooks';
import type { Alert, AlertRule } from '../../../../../hub/contract/alert.ts';
import type { Device, Latest } from '../../../../../hub/contract/device.ts';
import { call } from '../../../api.ts';
import { formatFull } from '../../../i18n/format.ts';
import { t } from '../../../i18n/language.ts';
import { attempt } from '../../../parts/attempt.ts';
import { Button, IconButton } from '../../../parts/button.tsx';
import { Card } from '../../../parts/card.tsx';
import { Switch } from '../../../parts/choice.tsx';
import { Empty, Whenever } from '../../../parts/states.tsx';
import { Time } from '../../../parts/time.tsx';
import { now } from '../../../state/now.ts';
import { alertText, ruleText } from './alert-words.ts';
import { RuleSheet } from './rule-sheet.tsx';
import { type Alerts, mayWatch } from './use-alerts.ts';

interface AlertsTabProps {
  device: Device;
  latest: Latest['metrics'];
  alerts: Alerts;
}

export function AlertsTab({ device, latest, alerts }: AlertsTabProps) {
  return (
    <div class="cols">
      <Card icon="bell-ring" title={t('alert.standing')}>
        <Whenever state={alerts.standing.state.value} onRetry={() => void alerts.standing.reload()}>
          {(standing) =>
            standing.length === 0 ? (
              <Empty icon="circle-check" title={t('alert.none')} text={t('alert.noneText')} />
            ) : (
              <ul class="commands alerts">
                {standing.map((alert) => (
                  <Standing key={alert.id} alert={alert} device={device} alerts={alerts} />
                ))}
              </ul>
            )
          }
        </Whenever>
      </Card>
      <Rules device={device} latest={latest} alerts={alerts} />
    </div>
  );
}

const SNOOZE_S = 3600;
const LEVELS = { info: 'off', warning: 'warn', critical: 'bad' } as const;

function Standing({ alert, device, alerts }: { alert: Alert; device: Device; alerts: Alerts }) {
  const params = { id: alert.id };
  const act = (work: () => Promise<Alert>) => void attempt(async () => alerts.put(await work()));
  const isSnoozed = alert.snoozedUntilMs !== null && alert.snoozedUntilMs > now.value;
  return (
    <li>
      <span class={`st ${LEVELS[alert.severity]}`}>{t(`alert.level.${alert.severity}`)}</span>
      <span>
        <b>{alertText(alert)}</b>
        <small class="note num">
          <Time atMs={alert.raisedMs} />
          {alert.count > 1 && ` · ×${alert.count}`}
          {alert.ackedBy !== null && ` · ${t('alert.ackedBy', { name: alert.ackedBy })}`}
          {isSnoozed &&
            alert.snoozedUntilMs !== null &&
            ` · ${t('alert.snoozed', { time: formatFull(alert.snoozedUntilMs) })}`}
        </small>
      </span>
      {mayWatch(device) && (
        <span class="row">
          {alert.state === 'open' && (
            <Button
              size="sm"
              icon="check"
              onClick={() => act(() => call('POST /api/v1/alerts/:id/ack', { params, body: {} }))}
            >
              {t('alert.ack')}
            </Button>
          )}
          {!isSnoozed && (
            <Button
              size="sm"
              kind="ghost"
              onClick={() => act(() => call('POST /api/v1/alerts/:id/snooze', { params, body: { forS: SNOOZE_S } }))}
            >
              {t('alert.snooze')}
            </Button>
          )}
        </span>
      )}
    </li>
  );
}

function Rules({ device, latest, alerts }: AlertsTabProps) {
  const [editing, setEditing] = useState<AlertRule | 'new' | null>(null);
  return (
    <Card
      icon="list"
      title={t('alert.rules')}
      end={
        mayWatch(device) && (
          <Button size="sm" icon="plus" onClick={() => setEditing('new')}>
            {t('alert.add')}
          </Button>
        )
      }
    >
      <Whenever state={alerts.rules.state.value} onRetry={() => void alerts.rules.reload()}>
        {(rules) =>
          rules.length === 0 ? (
            <Empty icon="bell-ring" title={t('alert.noRules')} text={t('alert.noRulesText')} />
          ) : (
            <div class="controls">
              {rules.map((rule) => (
                <Rule key={rule.id} {...{ rule, rules, device, alerts }} onEdit={() => setEditing(rule)} />
              ))}
            </div>
          )
        }
      </Whenever>
      {editing !== null && (
        <RuleSheet
          device={device}
          rule={editing === 'new' ? null : editing}
          latest={latest}
          alerts={alerts}
          onClose={() => setEditing(null)}
        />
      )}
    </Card>
  );
}

interface RuleProps {
  rule: AlertRule;
  rules: readonly AlertRule[];
  device: Device;
  alerts: Alerts;
  onEdit: () => void;
}

function Rule({ rule, rules, device, alerts, onEdit }: RuleProps) {
  // a rule of every device is for those who look after all of them
  const isMine = rule.deviceId === null ? mayWatch({ owner: null }) : mayWatch(device);
  const label = (
    <>
      <span class={`st ${LEVELS[rule.severity]}`}>{ruleText(rule)}</span>
      {rule.deviceId === null && <small class="note">{t('alert.everyDevice')}</small>}
    </>
  );
  if (!isMine) return <div class="wr">{label}</div>;
  const enable = (enabled: boolean) =>
    void attempt(async () => {
      const saved = await call('PATCH /api/v1/alert-rules/:id', { params: { id: rule.id }, body: { enabled } });
      alerts.rules.set(rules.map((one) => (one.id === saved.id ? saved : one)));
    });
  return (
    <div class="wr rule">
      <Switch label={label} checked={rule.enabled} onChange={enable} />
      <IconButton icon="pencil" kind="ghost" size="sm" label={t('alert.edit')} onClick={onEdit} />
    </div>
  );
}
