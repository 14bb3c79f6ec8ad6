import { expect, it } from 'vitest';
import { FakeClock } from '../../lib/fake-clock.ts';
import { KeepAlive } from './keep-alive.ts';

interface Client {
  readonly name: string;
  readonly keepaliveS: number;
  heardTick: number;
  dueTick: number;
}
const client = (name: string, keepaliveS: number): Client => ({ name, keepaliveS, heardTick: 0, dueTick: 0 });

function start() {
  const clock = new FakeClock();
  const silent: string[] = [];
  const keepAlive = new KeepAlive<Client>(clock, ({ name }) => void silent.push(name));
  return { clock, silent, keepAlive };
}

it('tells of a client that was silent for one and a half times its keep-alive, once, and not a second late', () => {
  const { clock, silent, keepAlive } = start();
  keepAlive.watch(client('ten', 10));
  keepAlive.watch(client('twenty', 20));
  clock.advance(15_000);
  expect(silent).toEqual([]);
  clock.advance(1_000);
  expect(silent).toEqual(['ten']);
  clock.advance(60_000);
  expect(silent).toEqual(['ten', 'twenty']);
});

it('begins anew whenever the client is heard', () => {
  const { clock, silent, keepAlive } = start();
  const alive = client('alive', 10);
  keepAlive.watch(alive);
  for (let turn = 0; turn < 10; turn++) {
    clock.advance(14_900);
    keepAlive.heard(alive);
  }
  expect(silent).toEqual([]);
  clock.advance(16_000);
  expect(silent).toEqual(['alive']);
});

it('lets a client without a keep-alive be silent for ever, and forgets one that has gone', () => {
  const { clock, silent, keepAlive } = start();
  keepAlive.watch(client('none', 0));
  const gone = client('gone', 1);
  const stays = client('stays', 1);
  keepAlive.watch(gone);
  keepAlive.watch(stays);
  keepAlive.forget(gone);
  keepAlive.forget(client('never came', 5));
  clock.advance(86_400_000);
  expect(silent).toEqual(['stays']);
});

it('ends nobody because the clock of the machine was set forward', () => {
  const { clock, silent, keepAlive } = start();
  keepAlive.watch(client('a', 10));
  clock.jump(86_400_000);
  clock.advance(10_000);
  expect(silent).toEqual([]);
});
