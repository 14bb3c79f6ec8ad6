/** Rows for the store's tests: complete, plain, and different where a test says so. */
import type {
  AccountRow,
  DeviceRow,
  InviteRow,
  PairingRow,
  RetainedTrashRow,
  SavedPublishRow,
  ScoreRow,
  SessionRow,
  TallyRow,
  UserRow,
} from '../../hub/store/store.ts';

export const T0 = Date.UTC(2026, 10, 20, 12);

export const userRow = (user: Partial<UserRow> = {}): UserRow => ({
  id: 'u1',
  username: 'Ada',
  role: 'viewer',
  passwordHash: '$scrypt$',
  createdMs: T0,
  ...user,
});

export const sessionRow = (session: Partial<SessionRow> = {}): SessionRow => ({
  id: 's1',
  userId: 'u1',
  username: 'Ada',
  refreshHash: 'r1',
  previousHash: null,
  rotatedMs: T0,
  createdMs: T0,
  lastUsedMs: T0,
  expiresMs: T0 + 1000,
  address: '127.0.0.1',
  agent: 'test',
  keep: true,
  ...session,
});

export const inviteRow = (invite: Partial<InviteRow> = {}): InviteRow => ({
  id: 'i1',
  codeHash: 'c1',
  createdMs: T0,
  expiresMs: T0 + 1000,
  createdBy: 'Ada',
  ...invite,
});

export const accountRow = (account: Partial<AccountRow> = {}): AccountRow => ({
  name: 'zigbee2mqtt',
  passwordHash: '$scrypt$',
  rules: ['# the whole house', 'topic readwrite zigbee2mqtt/#'],
  createdMs: T0,
  changedMs: T0,
  ...account,
});

export const deviceRow = (device: Partial<DeviceRow> = {}): DeviceRow => ({
  id: 'd1',
  name: 'Simon',
  createdMs: T0,
  ownerId: null,
  dialects: ['simon'],
  aliases: ['d1', 'AA:BB:CC:DD:EE:FF'],
  tags: ['garden'],
  tokenHash: null,
  tokenCreatedMs: null,
  secretSealed: null,
  boundClientId: null,
  expectedIntervalMs: null,
  lastSeenMs: null,
  address: null,
  demo: false,
  ...device,
});

export const pairingRow = (pairing: Partial<PairingRow> = {}): PairingRow => ({
  deviceId: 'd1',
  state: 'requested',
  username: 'Ada',
  previousUsername: null,
  requestedAtMs: T0,
  publishedAtMs: null,
  answeredAtMs: null,
  ...pairing,
});

export const scoreRow = (score: Partial<ScoreRow> = {}): ScoreRow => ({
  id: 'g1',
  deviceId: 'd1',
  username: 'Ada',
  score: 7,
  atMs: T0,
  demo: false,
  removedMs: null,
  ...score,
});

export const tallyRow = (tally: Partial<TallyRow> = {}): TallyRow => ({
  day: '2026-11-20',
  username: 'Ada',
  best: 7,
  bestAtMs: T0,
  games: 1,
  lastAtMs: T0,
  ...tally,
});

export const savedPublishRow = (saved: Partial<SavedPublishRow> = {}): SavedPublishRow => ({
  id: 's1',
  name: 'Lamp on',
  topic: 'home/lamp',
  payload: 'on',
  encoding: 'utf8',
  qos: 1,
  retain: false,
  createdMs: T0,
  createdBy: 'Ada',
  ...saved,
});

export const trashRow = (row: Partial<RetainedTrashRow> = {}): RetainedTrashRow => ({
  id: 't1',
  batch: 'b1',
  topic: 'home/lamp',
  payload: 'b24=',
  qos: 1,
  properties: '',
  expiresMs: null,
  deletedMs: T0,
  deletedBy: 'Ada',
  ...row,
});
