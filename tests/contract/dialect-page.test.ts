/** The page for people says what the dialects do today. */
import { expect, it } from 'vitest';
import type { DialectFixture } from '../../hub/domain/dialects/dialect.fixture.ts';
import { DIALECTS } from '../../hub/domain/dialects/dialects.ts';
import { dialectPage } from './dialect-page.ts';

it('docs/how-devices-may-speak.md is what the dialects and their fixtures say', async () => {
  const sections = await Promise.all(
    DIALECTS.map(async (dialect) => {
      const module: { fixtures: readonly DialectFixture[] } = await import(
        `../../hub/domain/dialects/${dialect.id}.fixture.ts`
      );
      expect(module.fixtures.length, dialect.id).toBeGreaterThan(0);
      return { dialect, fixtures: module.fixtures };
    }),
  );
  await expect(dialectPage(sections)).toMatchFileSnapshot('../../docs/how-devices-may-speak.md');
});
