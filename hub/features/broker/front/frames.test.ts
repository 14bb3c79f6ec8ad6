import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FrameProblem, Frames } from './frames.ts';

const PINGREQ = Buffer.from([0xc0, 0]);

/** A packet with a body of `size` bytes that can be told from its neighbours. */
function packet(size: number, fill: number): Buffer {
  const length: number[] = [];
  let rest = size;
  do {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from([0x30, ...length]), Buffer.alloc(size, fill)]);
}

function feed(frames: Frames, chunks: Buffer[]): { out: Buffer; count: number; problem: FrameProblem | undefined } {
  const out: Buffer[] = [];
  let count = 0;
  let problem: FrameProblem | undefined;
  for (const chunk of chunks) {
    problem ??= frames.add(chunk, (packets, more) => {
      out.push(Buffer.from(packets));
      count += more;
    });
  }
  return { out: Buffer.concat(out), count, problem };
}

describe('Frames', () => {
  it('lets only PUBLISH be larger than 64 KiB', () => {
    const publish = packet(64 * 1024 + 1, 7);
    expect(feed(new Frames(1024 * 1024), [publish]).count).toBe(1);
    const subscribe = Buffer.from(publish);
    subscribe[0] = 0x82;
    expect(feed(new Frames(1024 * 1024), [subscribe])).toMatchObject({ count: 0, problem: 'too-large' });
  });

  it('passes whole packets on as they are, without a copy', () => {
    const chunk = Buffer.concat([PINGREQ, packet(5, 1), PINGREQ]);
    let passed: Buffer | undefined;
    new Frames(64).add(chunk, (packets, count) => {
      passed = packets;
      expect(count).toBe(3);
    });
    expect(passed).toBe(chunk);
  });

  it('gives out the same packets however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 40 }),
        (sizes, cuts) => {
          const whole = Buffer.concat(sizes.map((size, at) => packet(size, at)));
          const chunks: Buffer[] = [];
          for (let at = 0, turn = 0; at < whole.length; turn++) {
            const size = cuts[turn % cuts.length] ?? 1;
            chunks.push(whole.subarray(at, at + size));
            at += size;
          }
          const frames = new Frames(512);
          const { out, count, problem } = feed(frames, chunks);
          expect(problem).toBeUndefined();
          expect(count).toBe(sizes.length);
          expect(out.equals(whole)).toBe(true);
          expect(frames.held).toBe(0);
        },
      ),
    );
  });

  it('refuses a length above the limit before any of the body came', () => {
    expect(feed(new Frames(100), [packet(101, 0).subarray(0, 2)]).problem).toBe('too-large');
    expect(feed(new Frames(100), [Buffer.from([0x30]), Buffer.from([0x80]), Buffer.from([0x01])]).problem).toBe(
      'too-large',
    );
    expect(feed(new Frames(100), [packet(100, 0)]).problem).toBeUndefined();
  });

  it('refuses a length of five bytes', () => {
    const bytes = Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01]);
    expect(feed(new Frames(1000), [bytes]).problem).toBe('malformed');
    expect(
      feed(
        new Frames(1000),
        [...bytes].map((byte) => Buffer.from([byte])),
      ).problem,
    ).toBe('malformed');
  });

  it('keeps nothing but the packet that is not whole', () => {
    const frames = new Frames(1000);
    feed(frames, [Buffer.concat([packet(500, 1), packet(500, 2).subarray(0, 40)])]);
    expect(frames.held).toBe(40);
  });
});
