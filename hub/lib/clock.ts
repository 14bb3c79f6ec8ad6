/** Time as an argument: everything that waits or looks at the clock gets one of these, so tests can own time. */

export interface Clock {
  /** Unix milliseconds. */
  nowMs(): number;
  /** Milliseconds since some moment of this process: never set, never goes back. For how long something takes or waits. */
  steadyMs(): number;
  /** Calls back once after `ms`; the returned function cancels. Never keeps the process alive. */
  after(ms: number, callback: () => void): () => void;
  /** Calls back every `ms`; the returned function cancels. Never keeps the process alive. */
  every(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  steadyMs: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
  every(ms, callback) {
    const timer = setInterval(callback, ms).unref();
    return () => clearInterval(timer);
  },
};
