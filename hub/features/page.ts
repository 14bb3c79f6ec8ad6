/** What many routes share: lists with a cursor, an id in the path, an answer without a body. */
import { type Static, type TSchema, Type } from 'typebox';
import type { PageQuery } from '../contract/problem.ts';
import type { PageRequest } from '../store/store.ts';

const PAGE_LIMIT = 100;

/** `{ items, nextCursor? }` of one kind of thing. */
export const pageOf = <Item extends TSchema>(item: Item) =>
  Type.Object({ items: Type.Array(item), nextCursor: Type.Optional(Type.String()) });

/** `cursor` and `limit` of the query, as the store takes them. */
export const pageRequest = ({ cursor, limit = PAGE_LIMIT }: PageQuery): PageRequest => ({ cursor, limit });

export const ById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) });
export type ById = Static<typeof ById>;

/** 204: done, and nothing to say. */
export const Gone = Type.Null({ description: 'Done.' });
