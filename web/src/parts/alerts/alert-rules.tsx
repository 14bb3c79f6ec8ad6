/** The rules that raise alerts, as sentences, with what the device says now; and what the hub would suggest. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { AlertRule, AlertRuleBody } from '../../../../hub/contract/alert.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { fleet } from '../../state/devices.ts';
import { attempt } from '../attempt.ts';
import { Button } from '../button.tsx';
import { Card } from '../card.tsx';
import { Confirm } from '../confirm.tsx';
import { Icon } from '../icon.tsx';
import { Menu, MenuItem } from '../menu.tsx';
import { formatMetric } from '../metric.ts';
import { Empty, Skeleton, Whenever } from '../states.tsx';
import { toast } from '../toast.tsx';
import { ruleSentence, SEVERITY_ICONS } from './alert-words.ts';
import { useLatest, valueIn } from './latest-values.ts';
import { mayManageAlerts } from './may-manage.ts';
import { RuleSheet } from './rule-form.tsx';
import { type Rules, ruleResource, useRules } from './rules-state.ts';

type Open = { what: 'new' } | { what: 'edit' | 'remove'; rule: AlertRule } | null;

/** `deviceId`: rules about this device alone, and those of every device. */
export function AlertRules({ deviceId }: { deviceId?: string }) {
  useRules();
  const open = useSignal<Open>(null);
  const mayAdd = deviceId === undefined ? mayMakeAny() : mayManageAlerts(deviceId);
  const add = (label: string, kind: 'primary' | 'ghost') =>
    mayAdd && (
      <Button
        size={kind === 'ghost' ? 'sm' : 'md'}
        kind={kind}
        icon="plus"
        onClick={() => {
          open.value = { what: 'new' };
        }}
      >
        {label}
      </Button>
    );
  return (
    <Card icon="bell" title={t('rules.title')} end={add(t('rules.add'), 'ghost')}>
      <Whenever
        state={ruleResource.state.value}
        onRetry={() => void ruleResource.reload()}
        skeleton={<Skeleton rows={3} height={58} />}
      >
        {(known) => (
          <RuleList
            known={known}
            deviceId={deviceId}
            empty={
              <Empty icon="bell" title={t('rules.none')} text={t('rules.noneText')}>
                {add(t('rules.addFirst'), 'primary')}
              </Empty>
            }
            onOpen={(next) => {
              open.value = next;
            }}
          />
        )}
      </Whenever>
      <Over
        open={open.value}
        deviceId={deviceId}
        onClose={() => {
          open.value = null;
        }}
      />
    </Card>
  );
}

/** Everybody may for a device of their own. */
const mayMakeAny = (): boolean => fleet.ids.value.some(mayManageAlerts) || mayManageAlerts(null);

interface RuleListProps {
  known: Rules;
  deviceId: string | undefined;
  empty: ComponentChildren;
  onOpen: (open: Open) => void;
}

function RuleList({ known, deviceId, empty, onOpen }: RuleListProps) {
  const isAbout = (rule: AlertRule): boolean =>
    deviceId === undefined || rule.deviceId === null || rule.deviceId === deviceId;
  const rules = known.rules.filter(isAbout);
  const values = useLatest(rules.map((rule) => rule.deviceId ?? deviceId).filter((id) => id !== undefined));
  return (
    <>
      {rules.length === 0 ? (
        empty
      ) : (
        <ul class="rows alerts">
          {rules.map((rule) => (
            <RuleRow
              key={rule.id}
              rule={rule}
              deviceId={deviceId}
              value={valueIn(values, rule.deviceId ?? deviceId ?? null, rule.metric)}
              onOpen={onOpen}
            />
          ))}
        </ul>
      )}
      {mayManageAlerts(null) && known.suggestions.length > 0 && <Suggestions suggestions={known.suggestions} />}
    </>
  );
}

interface RuleRowProps {
  rule: AlertRule;
  deviceId: string | undefined;
  value: ReturnType<typeof valueIn>;
  onOpen: (open: Open) => void;
}

function RuleRow({ rule, deviceId, value, onOpen }: RuleRowProps) {
  const sentence = ruleSentence(rule, deviceId !== undefined && rule.deviceId === deviceId);
  const mayChange = mayManageAlerts(rule.deviceId);
  return (
    <li class={rule.enabled ? undefined : 'handled'}>
      <span class={`ic ${rule.enabled ? rule.severity : ''}`}>
        <Icon name={SEVERITY_ICONS[rule.severity]} />
        <span class="vh">{t(`severity.${rule.severity}`)}</span>
      </span>
      <div class="nm">
        {rule.named ? rule.name : sentence}
        <small class="num">
          {rule.named && `${sentence} · `}
          {value !== undefined && (
            <>
              <b>{t('rules.now', { value: formatMetric(rule.metric ?? '', value) })}</b> ·{' '}
            </>
          )}
          {rule.enabled ? extrasOf(rule) : t('rules.off')}
        </small>
      </div>
      {mayChange && (
        <>
          <button
            type="button"
            class="sw"
            role="switch"
            aria-checked={rule.enabled}
            aria-label={sentence}
            onClick={() => void enable(rule)}
          />
          <Menu
            buttonClass="btn icon sm ghost"
            label={t('rules.more', { rule: sentence })}
            button={<Icon name="ellipsis" />}
          >
            <MenuItem icon="pencil" onClick={() => onOpen({ what: 'edit', rule })}>
              {t('rules.edit')}
            </MenuItem>
            <MenuItem icon="trash-2" danger onClick={() => onOpen({ what: 'remove', rule })}>
              {t('rules.remove')}
            </MenuItem>
          </Menu>
        </>
      )}
    </li>
  );
}

function extrasOf({ kind, hysteresis, metric, afterS, severity }: AlertRule): string {
  const word = t(`severity.${severity}`);
  if (kind === 'threshold' && hysteresis > 0) {
    return `${word} · ${t('rules.hysteresis', { by: formatMetric(metric ?? '', hysteresis) })}`;
  }
  return kind === 'no-data' && afterS === null ? `${word} · ${t('rules.learned')}` : word;
}

function Suggestions({ suggestions }: { suggestions: readonly AlertRuleBody[] }) {
  const take = (body: AlertRuleBody) =>
    attempt(async () => {
      await call('POST /api/v1/alert-rules', { body });
      toast({ kind: 'ok', text: t('rules.saved') });
      await ruleResource.reload();
    });
  return (
    <section class="suggestions" aria-label={t('rules.suggested')}>
      <h3 class="muted">{t('rules.suggested')}</h3>
      <div class="chips">
        {suggestions.map((body) => (
          <button
            type="button"
            class="chip"
            key={`${body.kind} ${body.metric} ${body.direction}`}
            onClick={() => void take(body)}
          >
            <Icon name="plus" />
            {ruleSentence(body)}
          </button>
        ))}
      </div>
    </section>
  );
}

async function enable({ id, enabled }: AlertRule): Promise<void> {
  await attempt(async () => {
    await call('PATCH /api/v1/alert-rules/:id', { params: { id }, body: { enabled: !enabled } });
    await ruleResource.reload();
  });
}

interface OverProps {
  open: Open;
  deviceId: string | undefined;
  onClose: () => void;
}

function Over({ open, deviceId, onClose }: OverProps) {
  if (open === null) return null;
  if (open.what === 'remove') {
    const { rule } = open;
    return (
      <Confirm
        title={t('rules.removeTitle')}
        text={t('rules.removeText', { rule: ruleSentence(rule) })}
        confirmLabel={t('rules.remove')}
        onConfirm={async () => {
          await call('DELETE /api/v1/alert-rules/:id', { params: { id: rule.id } });
          toast({ kind: 'ok', text: t('rules.removed') });
          await ruleResource.reload();
        }}
        onClose={onClose}
      />
    );
  }
  return <RuleSheet rule={open.what === 'edit' ? open.rule : null} deviceId={deviceId} onClose={onClose} />;
}
