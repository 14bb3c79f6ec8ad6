/** The raw messages of a device. */
import { describe, expect, it } from 'vitest';
import type { TopicMessage } from '../../../../hub/contract/topic.ts';
import { beforeOn, HEARD_MAX, withHeard } from './messages.ts';

const message = (atMs: number, text = `${atMs}`): TopicMessage => ({
  atMs,
  text,
  base64: btoa(text),
  bytes: text.length,
  isCut: false,
  qos: 0,
  retain: false,
  clientId: 'c',
});

describe('the messages of a device', () => {
  it('of several topics stand newest first, each once', () => {
    const first = withHeard([], 'a', [message(1), message(3)]);
    const both = withHeard(first, 'b', [message(2)]);
    expect(withHeard(both, 'a', [message(3)]).map(({ message: { text } }) => text)).toEqual(['3', '2', '1']);
  });

  it('are compared with the one before on the same topic', () => {
    const heard = withHeard(withHeard([], 'a', [message(1), message(3)]), 'b', [message(2)]);
    const [newest, other] = heard;
    expect(newest && beforeOn(heard, newest)?.text).toBe('1');
    expect(other && beforeOn(heard, other)).toBeUndefined();
  });

  it('never grow beyond the limit', () => {
    const many = Array.from({ length: HEARD_MAX + 5 }, (_, at) => message(at));
    expect(withHeard([], 'a', many)).toHaveLength(HEARD_MAX);
  });
});
