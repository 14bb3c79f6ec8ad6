/** What the devices of rules say at the moment, asked again now and then while somebody looks. */
import { useEffect, useState } from 'preact/hooks';
import type { Latest, MetricValue } from '../../../../hub/contract/device.ts';
import { call } from '../../api.ts';
import { ApiProblem } from '../../http.ts';

const REFRESH_MS = 5_000;
/** Devices that are asked; rules of further ones stand without a value. */
const DEVICES_MAX = 12;

export type LatestValues = ReadonlyMap<string, Latest['metrics']>;

export function useLatest(deviceIds: readonly string[]): LatestValues {
  const [values, setValues] = useState<LatestValues>(new Map());
  const ids = [...new Set(deviceIds)].slice(0, DEVICES_MAX);
  const key = ids.join('\n');
  useEffect(() => {
    let isWanted = true;
    const ask = async (): Promise<void> => {
      if (document.hidden) return;
      const entries = await Promise.all(ids.map(async (id) => [id, await metricsOf(id)] as const));
      if (isWanted) setValues(new Map(entries));
    };
    void ask();
    const timer = setInterval(() => void ask(), REFRESH_MS);
    return () => {
      isWanted = false;
      clearInterval(timer);
    };
  }, [key]);
  return values;
}

/** Only beside what is asked: a device that is gone, or a hub that does not answer, leaves the place empty. */
async function metricsOf(id: string): Promise<Latest['metrics']> {
  try {
    return (await call('GET /api/v1/devices/:id/latest', { params: { id } })).metrics;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    return {};
  }
}

export const valueIn = (
  values: LatestValues,
  deviceId: string | null,
  metric: string | null,
): MetricValue | undefined =>
  deviceId === null || metric === null ? undefined : values.get(deviceId)?.[metric]?.value;
