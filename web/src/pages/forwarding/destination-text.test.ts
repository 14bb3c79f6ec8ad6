import { describe, expect, it } from 'vitest';
import { headersIn, mappingIn, mappingText, topicsIn } from './destination-text.ts';

describe('lines of a destination', () => {
  it('are topics, one each', () => {
    expect(topicsIn(' home/# \n\nsensor/+\n')).toEqual(['home/#', 'sensor/+']);
  });

  it('map types, and come back as they were', () => {
    const mapping = [
      { from: 'MOTION_DETECTED', to: 'motion_detected' },
      { from: 'A', to: 'b' },
    ];
    expect(mappingIn('MOTION_DETECTED=motion_detected\n A = b ')).toEqual({ value: mapping, wrongLine: null });
    expect(mappingIn(mappingText(mapping)).value).toEqual(mapping);
    expect(mappingIn('A = b\n\nC').wrongLine).toBe(3);
  });

  it('are headers, whose values may hold colons, or names that keep their value', () => {
    expect(headersIn('Authorization: Bearer a:b\nX-Key')).toEqual({
      value: [{ name: 'Authorization', value: 'Bearer a:b' }, { name: 'X-Key' }],
      wrongLine: null,
    });
    expect(headersIn(': x').wrongLine).toBe(1);
  });
});
