/** One device "serre", its coming and going, and how people see it. */
import type { HeartbeatReport } from '../../domain/report.ts';
import { type Credentials, setUp, type UnderTest } from './devices.fixture.ts';

export const S = 1000;
export const MINUTE = 60 * S;

export async function withDevice(id = 'serre') {
  const test = await setUp();
  const { token } = await test.devices.create({ id }, 'u');
  const enter = (by: UnderTest = test, more: Credentials = {}) =>
    by.connect(`client of ${id}`, { username: id, password: token, ...more });
  return { test, enter };
}
export const standing = ({ devices }: UnderTest, id = 'serre'): string => {
  const device = devices.view(id);
  return `${device?.status} (${device?.reason})`;
};
export const heartbeat = (status: string, sleepS?: number): HeartbeatReport => ({
  kind: 'heartbeat',
  claimedId: 'serre',
  status,
  uptimeS: undefined,
  sleepS,
});
export const say = ({ devices, clock }: UnderTest, report: HeartbeatReport) =>
  devices.spoke('serre', { dialect: 'ruche', reports: [report] }, clock.nowMs());
