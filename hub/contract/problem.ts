/** application/problem+json (RFC 9457) as this hub fills it. */
import { type Static, Type } from 'typebox';

export const Problem = Type.Object(
  {
    status: Type.Integer(),
    code: Type.String({ description: 'Stable code, see the error catalogue.' }),
    title: Type.String(),
    detail: Type.Optional(Type.String()),
    hint: Type.String({ description: 'What the reader can do.' }),
  },
  { $id: 'Problem' },
);
export type Problem = Static<typeof Problem>;

/** Cursor paging shared by all lists: `?cursor=&limit=` → `{ items, nextCursor? }`. */
export const PageQuery = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 512 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 100 })),
});
export type PageQuery = Static<typeof PageQuery>;

/** Times on the wire: integer Unix milliseconds. */
export const Ms = Type.Integer({ minimum: 0, description: 'Unix milliseconds' });

/** An error on the routes of the seeds, as their servers had it. */
export const SeedError = Type.Object({
  error: Type.String(),
  code: Type.Optional(Type.String()),
  hint: Type.Optional(Type.String()),
});
export type SeedError = Static<typeof SeedError>;
