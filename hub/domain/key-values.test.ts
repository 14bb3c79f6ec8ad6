import { describe, expect, it } from 'vitest';
import { keyMetrics } from './key-values.ts';

describe('the metrics a list shows', () => {
  it('are what the device measures, before names nobody knows, before its own wellbeing', () => {
    const metrics = ['wifi_rssi', 'uptime', 'v0', 'humidity', 'battery_level', 'room.temperature'];
    expect(keyMetrics(metrics, 3)).toEqual(['room.temperature', 'humidity', 'v0']);
  });

  it('are in one order, whatever came first', () => {
    expect(keyMetrics(['b', 'a', 'c'], 2)).toEqual(['a', 'b']);
    expect(keyMetrics(['c', 'b', 'a'], 2)).toEqual(['a', 'b']);
  });

  it('are of its wellbeing when there is nothing else', () => {
    expect(keyMetrics(['uptime'], 3)).toEqual(['uptime']);
    expect(keyMetrics([], 3)).toEqual([]);
  });
});
