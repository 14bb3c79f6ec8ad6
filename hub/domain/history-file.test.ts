import { describe, expect, it } from 'vitest';
import { FILE_FORMS, type FileFormat } from './history-file.ts';

const AT = Date.UTC(2026, 10, 20, 12, 0, 0, 7);
const one = (format: FileFormat, value: number | boolean | string, metric = 'temp', device = 'serre') =>
  FILE_FORMS[format].one({ atMs: AT, value, metric, device });

describe('a CSV file of readings', () => {
  it('has the time in both ways, and values as they are', () => {
    expect(one('csv', -21.5)).toBe(`2026-11-20T12:00:00.007Z,${AT},serre,temp,-21.5\r\n`);
    expect(one('csv', true)).toBe(`2026-11-20T12:00:00.007Z,${AT},serre,temp,true\r\n`);
    expect(FILE_FORMS.csv.begin).toBe('time,ms,device,metric,value\r\n');
  });

  it.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "no"', '"say ""no"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-2', "'-2"],
    ['+3,4', '"\'+3,4"'],
    ['\tx', "'\tx"],
  ])('quotes text, and lets none become a formula: %j', (text, cell) => {
    expect(one('csv', text).endsWith(`,${cell}\r\n`)).toBe(true);
    expect(one('csv', 1, text)).toContain(`,${cell},1\r\n`);
  });
});

describe('a JSON file of readings', () => {
  it('is one array, however many there are', () => {
    const { begin, between, end } = FILE_FORMS.json;
    const text = begin + one('json', 'a"b') + between + one('json', 2) + end;
    expect(JSON.parse(text)).toEqual(
      ['a"b', 2].map((value) => ({
        time: '2026-11-20T12:00:00.007Z',
        atMs: AT,
        device: 'serre',
        metric: 'temp',
        value,
      })),
    );
    expect(JSON.parse(begin + end)).toEqual([]);
  });

  it('says the milliseconds of a time that has no date', () => {
    const atMs = 2 ** 48 - 2;
    expect(FILE_FORMS.json.one({ atMs, value: 1, metric: 'm', device: 'd' })).toContain(`"time":"+`);
    expect(FILE_FORMS.json.one({ atMs: 9e15, value: 1, metric: 'm', device: 'd' })).toContain('"time":""');
  });
});

describe('a file in line protocol', () => {
  it('has a line per reading with the device as tag, the metric as field and nanoseconds', () => {
    expect(one('lines', 21.5)).toBe(`readings,device=serre temp=21.5 ${AT}000000\n`);
    expect(one('lines', false)).toBe(`readings,device=serre temp=false ${AT}000000\n`);
    expect(one('lines', 'say "no" \\')).toBe(`readings,device=serre temp="say \\"no\\" \\\\" ${AT}000000\n`);
  });

  it('escapes what would end a name', () => {
    expect(one('lines', 1, 'a b,c=d', 'x\ny')).toBe(`readings,device=x\\ y a\\ b\\,c\\=d=1 ${AT}000000\n`);
    expect(one('lines', 1, 'back\\')).toBe(`readings,device=serre back_=1 ${AT}000000\n`);
  });
});
