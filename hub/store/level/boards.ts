/** Widgets and boards, in the order they were made. */
import { WIDGET_TYPES } from '../../contract/widget.ts';
import type { BoardRow, BoardStore, WidgetRow, WidgetStore } from '../board-store.ts';
import type { Database } from './database.ts';
import { keyOf, rangeUnder } from './keys.ts';
import { either, isFlag, isNull, isNumber, isOneOf, isText, shapeOf } from './shape.ts';
import { Table } from './table.ts';

const isTextOrNull = either(isText, isNull);

const widgetShape = shapeOf<WidgetRow>('widget', {
  id: isText,
  type: isOneOf(...WIDGET_TYPES),
  name: isText,
  deviceId: isTextOrNull,
  metric: isTextOrNull,
  pin: isTextOrNull,
  optionsJson: isText,
  ownerId: isTextOrNull,
  createdMs: isNumber,
});

export function makeWidgetStore(database: Database): WidgetStore {
  const table = new Table({
    database,
    shape: widgetShape,
    name: 'widgets',
    entriesOf: ({ id, createdMs }) => [[keyOf('widgetsByTime', createdMs, id), '']],
  });
  return {
    get: (id) => table.get(id),
    list: (page) => table.pageBy(rangeUnder('widgetsByTime'), page),
    put: (widget) => table.put(widget, widget.id),
    remove: (id) => table.remove(id),
  };
}

const boardShape = shapeOf<BoardRow>('board', {
  id: isText,
  name: isText,
  shared: isFlag,
  ownerId: isTextOrNull,
  tilesJson: isText,
  revision: isNumber,
  createdMs: isNumber,
  changedMs: isNumber,
  changedBy: isText,
});

export function makeBoardStore(database: Database): BoardStore {
  const table = new Table({
    database,
    shape: boardShape,
    name: 'boards',
    entriesOf: ({ id, createdMs }) => [[keyOf('boardsByTime', createdMs, id), '']],
  });
  return {
    get: (id) => table.get(id),
    list: (page) => table.pageBy(rangeUnder('boardsByTime'), page),
    put: (board) => table.put(board, board.id),
    remove: (id) => table.remove(id),
  };
}
