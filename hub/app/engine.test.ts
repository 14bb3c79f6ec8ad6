/** A flag that V8 does not know is a line on stderr at every start, and nothing else. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ENGINE_FLAGS } from './engine.ts';

test('every flag is one that this V8 has', () => {
  const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  for (const flag of ENGINE_FLAGS) expect(known).toContain(`${flag.replace(/^--no-/, '--')} (`);
});
