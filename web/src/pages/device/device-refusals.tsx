/** What the hub did not accept from this device, why, and the cure. */
import type { Device } from '../../../../hub/contract/device.ts';
import type { Refusal } from '../../../../hub/contract/refusal.ts';
import { call } from '../../api.ts';
import { sentenceOf, t } from '../../i18n/language.ts';
import { Skeleton, Whenever } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { useResource } from '../../state/loading.ts';
import { whyOf } from '../access/reasons.ts';

const SHOWN_MAX = 20;

export function DeviceRefusals({ device }: { device: Device }) {
  // asked again when the hub has counted another refusal
  const refusals = useResource(`${device.id} ${device.refused}`, async (signal) => {
    const query = { device: device.id, limit: SHOWN_MAX };
    return (await call('GET /api/v1/refusals', { query, signal })).items;
  });
  return (
    <Whenever state={refusals.state.value} onRetry={() => void refusals.reload()} skeleton={<Skeleton rows={2} />}>
      {(items) =>
        items.length === 0 ? (
          <p class="note">{t('device.refusalsEmpty')}</p>
        ) : (
          <ul class="refused">
            {items.map((refusal) => (
              <Row key={refusal.id} refusal={refusal} />
            ))}
          </ul>
        )
      }
    </Whenever>
  );
}

function Row({ refusal }: { refusal: Refusal }) {
  const { title, hint } = sentenceOf(refusal.code) ?? refusal;
  const why = whyOf(refusal);
  return (
    <li>
      <p>
        {title}{' '}
        {refusal.count > 1 && <span class="tag num">{t('device.refusalsCount', { count: refusal.count })}</span>}
        <small class="muted num end">
          <Time atMs={refusal.lastAtMs} />
        </small>
      </p>
      <p class="note">
        {hint} {refusal.topic !== undefined && <code>{refusal.topic}</code>}{' '}
        {why !== undefined && <span lang={why.lang}>({why.text.replace(/\.$/, '')})</span>}
      </p>
    </li>
  );
}
