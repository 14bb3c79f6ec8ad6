/** The suite that every persistence of Aedes must pass, run on aedes-persistence-level over the store's database. */
import assert from 'node:assert';
import { createRequire } from 'node:module';
import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { describe, it } from 'vitest';
import { systemClock } from '../../hub/lib/clock.ts';
import { openLevel } from '../../hub/store/level/open.ts';

/** The part of node:test's context that the suite uses. */
interface TestContext {
  readonly assert: typeof assert;
  plan(count: number): void;
  diagnostic(message: string): void;
}
interface SuiteOptions {
  test(title: string, run: (context: TestContext) => Promise<void>): void;
  persistence(): Promise<unknown>;
}

const require = createRequire(import.meta.url);
const describePersistence: (options: SuiteOptions) => void = require('aedes-persistence/abstract');
const makePersistence: (database: unknown) => unknown = require('aedes-persistence-level');

const log = pino({ level: 'silent' });
const ignore = (): void => {};

describe('aedes-persistence-level in the store', () => {
  describePersistence({
    test: (title, run) => it(title, () => run({ assert, plan: ignore, diagnostic: ignore })),
    async persistence() {
      const memory = () => new MemoryLevel<string, string>();
      const { mqtt } = await openLevel({ dir: undefined, memory, durability: 'commit', log, clock: systemClock });
      return makePersistence(mqtt);
    },
  });
});
