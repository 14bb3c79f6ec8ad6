import { expect, it } from 'vitest';
import type { Board } from '../../../../hub/contract/board.ts';
import type { WidgetSpec } from '../../../../hub/contract/widget.ts';
import { fr } from '../../i18n/fr/catalog.ts';
import { use } from '../../i18n/language.ts';
import { inWords } from './board-words.ts';

const WIDGETS: readonly WidgetSpec[] = [
  { type: 'value-spark', name: 'temperature · Serre', deviceId: 'a', metric: 'temperature' },
  { type: 'value-spark', name: 'flow · Serre', deviceId: 'a', metric: 'flow' },
  { type: 'switch', name: 'Grow light · Serre', deviceId: 'a', pin: 'v0' },
  { type: 'chart', name: 'humidity', options: { series: [{ deviceId: 'a', metric: 'humidity' }] } },
  { type: 'chart', name: 'Serre', options: { series: [{ deviceId: 'a', metric: 'humidity' }] } },
  { type: 'leaderboard', name: 'Leaderboard' },
];
const board = (generated: boolean): Board => ({
  ...{ id: 'overview', name: 'Overview', shared: true, owner: null, revision: 0, generated },
  ...{ tiles: WIDGETS.map((widget, at) => ({ id: `t${at}`, size: 'S', widget })), changedMs: 0, changedBy: null },
});
const names = (shown: Board) => shown.tiles.map(({ widget }) => widget?.name);

it('a board that the hub generated has titles in the language of the reader', () => {
  use('fr', fr);
  expect(names(inWords(board(true)))).toEqual([
    'Température · Serre',
    'flow · Serre',
    'Grow light · Serre',
    'Humidité',
    'Serre',
    'Classement',
  ]);
});

it('what people named is left alone', () => {
  use('fr', fr);
  expect(names(inWords(board(false)))).toEqual(WIDGETS.map(({ name }) => name));
});
