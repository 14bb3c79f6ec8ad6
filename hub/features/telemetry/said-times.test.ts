import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { SaidTimes } from './said-times.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const T = 1_795_176_000_000;
const of = (values: Record<string, number>) => new Map(Object.entries(values));

describe('times that were said', () => {
  it('have a place each when one time is said of more measurements than are remembered', () => {
    const said = new SaidTimes();
    const places = Array.from({ length: 2000 }, (_none, n) => said.place(T, of({ n })));
    expect(new Set(places).size).toBe(2000);
  });

  it.each([500, 999, 1000])(
    'have a place each when the clock goes on by %d ms, into where others are kept',
    (stepMs) => {
      const said = new SaidTimes();
      const seconds = () =>
        Array.from({ length: 8000 }, (_none, n) => said.place(T + Math.floor(n / 2000) * stepMs, of({ n })));
      const places = seconds();
      expect(new Set(places).size).toBe(8000);
      // Said again from the beginning, they have the same places.
      said.place(T - 10_000, of({ n: -1 }));
      expect(seconds()).toEqual(places);
    },
  );

  it('are shared by messages that have one metric each', () => {
    const said = new SaidTimes();
    expect([said.place(T, of({ a: 1 })), said.place(T, of({ b: 1 })), said.place(T, of({ b: 2 }))]).toEqual([
      T,
      T,
      T + 1,
    ]);
    expect([said.place(T, of({ a: 2 })), said.place(T, of({ a: 1, b: 1 }))]).toEqual([T + 1, T]);
  });

  it('are recognised of the first measurement of a second however many follow: it is the one without a receipt', () => {
    const said = new SaidTimes();
    for (let n = 0; n < 400; n++) said.place(T, of(n % 2 === 0 ? { n } : { n, m: n }));
    expect([said.place(T, of({ n: 0 })), said.place(T, of({ n: -1 }))]).toEqual([T, T + 400]);
  });

  it('that were said before are places of their own', () => {
    const said = new SaidTimes();
    expect([0, -5, -5000, 0, 3].map((ms) => said.place(T + ms, of({ ms })) - T)).toEqual([0, -5, -5000, 0, 3]);
  });

  it('go on where the clock stands still for days', () => {
    const said = new SaidTimes();
    expect([1, 2, 3, 3, 1].map((n) => said.place(T, of({ n })) - T)).toEqual([0, 1, 2, 2, 0]);
  });

  it('are forgotten soon by a clock that goes on', async () => {
    const said = new SaidTimes();
    const metrics = Array.from({ length: 400 }, (_none, n) => new WeakRef(placed(said, T + n * 500)));
    // A reference lives at least until the end of the turn it was made in.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    expect(metrics.filter((one) => one.deref() !== undefined).length).toBeLessThan(50);
    expect(said.place(T + 399 * 500, of({ n: T + 399 * 500 }))).toBe(T + 399 * 500);
  });
});

function placed(said: SaidTimes, ms: number): Map<string, number> {
  const metrics = of({ n: ms });
  said.place(ms, metrics);
  return metrics;
}
