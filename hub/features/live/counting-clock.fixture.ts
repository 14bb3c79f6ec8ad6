/** For tests: a clock that tells how many timers run. */
import { FakeClock } from '../../lib/fake-clock.ts';

export class CountingClock extends FakeClock {
  running = 0;

  override after(ms: number, callback: () => void): () => void {
    this.running += 1;
    let isOver = false;
    const end = (): void => {
      if (!isOver) this.running -= 1;
      isOver = true;
    };
    const cancel = super.after(ms, () => {
      end();
      callback();
    });
    return () => {
      end();
      cancel();
    };
  }
}
