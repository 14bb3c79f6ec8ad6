/** What devices are answered when they speak over HTTP. */
import { type Static, Type } from 'typebox';
import { MetricValue } from './device.ts';

const Id = Type.Integer({ description: 'The same measurement sent again has the same id.' });

/** Seed 1 S1-16. */
export const DataStored = Type.Object({ status: Type.Literal('success'), id: Id });
export type DataStored = Static<typeof DataStored>;

/** Seed 1 S1-17; `errors` names measurements that were not stored, and is not there when all were. */
export const BatchStored = Type.Object({
  status: Type.Literal('success'),
  created_count: Type.Integer(),
  ids: Type.Array(Id),
  errors: Type.Optional(Type.Array(Type.Object({ index: Type.Integer(), error: Type.String() }))),
});
export type BatchStored = Static<typeof BatchStored>;

/** Seed 3 S3-3: the latest value of every metric; virtual pins are metrics named v0, v1 and so on. */
export const DeviceState = Type.Object({ data: Type.Record(Type.String(), MetricValue) });
export type DeviceState = Static<typeof DeviceState>;

export const WebhookTaken = Type.Object({
  status: Type.Union([Type.Literal('stored'), Type.Literal('ignored')]),
  ids: Type.Array(Id),
});
export type WebhookTaken = Static<typeof WebhookTaken>;
