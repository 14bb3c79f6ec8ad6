import { effect } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import { ApiProblem } from '../http.ts';
import { makeResource } from './loading.ts';

const PROBLEM = new ApiProblem({ status: 503, code: 'STORE_BUSY', title: 'Busy.', hint: 'Wait.' });
/** An answer a test gives when it wants to. */
function makeAnswers() {
  const pending: { resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
  const fetchIt = () => new Promise<string>((resolve, reject) => pending.push({ resolve, reject }));
  return { pending, fetchIt };
}

describe('a resource', () => {
  it('is loading, then ready; a reload keeps what is shown until the answer', async () => {
    const { pending, fetchIt } = makeAnswers();
    const resource = makeResource(fetchIt);
    const first = resource.reload();
    expect(resource.state.value).toEqual({ kind: 'loading' });
    pending[0]?.resolve('one');
    await first;
    const second = resource.reload();
    expect(resource.state.value).toEqual({ kind: 'ready', value: 'one' });
    pending[1]?.resolve('two');
    await second;
    expect(resource.state.value).toEqual({ kind: 'ready', value: 'two' });
  });

  it('says why it failed, and starts over at the retry', async () => {
    const { pending, fetchIt } = makeAnswers();
    const resource = makeResource(fetchIt);
    const first = resource.reload();
    pending[0]?.reject(PROBLEM);
    await first;
    expect(resource.state.value).toEqual({ kind: 'failed', problem: PROBLEM });
    void resource.reload();
    expect(resource.state.value).toEqual({ kind: 'loading' });
  });

  it('keeps the last value while the hub is away', async () => {
    const { pending, fetchIt } = makeAnswers();
    const resource = makeResource(fetchIt);
    const first = resource.reload();
    pending[0]?.resolve('one');
    await first;
    const second = resource.reload();
    pending[1]?.reject(new ApiProblem({ status: 0, code: 'UNREACHABLE', title: 'Away.', hint: 'Wait.' }));
    await second;
    expect(resource.state.value).toEqual({ kind: 'ready', value: 'one' });
  });

  it('ignores an answer that a newer question has overtaken', async () => {
    const { pending, fetchIt } = makeAnswers();
    const resource = makeResource(fetchIt);
    const old = resource.reload();
    const young = resource.reload();
    pending[1]?.resolve('young');
    pending[0]?.resolve('old');
    await Promise.all([old, young]);
    expect(resource.state.value).toEqual({ kind: 'ready', value: 'young' });
  });

  it('does not make an effect that reloads it run again', async () => {
    let asked = 0;
    const resource = makeResource(async () => {
      asked += 1;
      throw PROBLEM;
    });
    const stop = effect(() => void resource.reload());
    await new Promise<void>((resolve) => {
      resource.state.subscribe(({ kind }) => kind === 'failed' && resolve());
    });
    stop();
    expect(asked).toBe(1);
  });
});
