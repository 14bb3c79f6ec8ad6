/** Every REST route as a type: 'METHOD path' → what it takes and answers. The web app's client is typed from it. */
import type { AccessAnswer, AccessQuestion, Account, AccountCreate, AccountPatch } from './account.ts';
import type {
  Alert,
  AlertRule,
  AlertRuleBody,
  AlertRulePatch,
  AlertRuleSuggestions,
  AlertRulesQuery,
  AlertsQuery,
  SnoozeBody,
} from './alert.ts';
import type { Board, BoardCreate, BoardPatch, BoardPut } from './board.ts';
import type { BulkCommand, BulkCommandBody, Command, CommandBody } from './command.ts';
import type {
  Counted,
  DeadLetter,
  DeadLettersBody,
  Destination,
  DestinationBody,
  DestinationPatch,
  DestinationTested,
} from './destination.ts';
import type {
  AdoptBody,
  Device,
  DeviceConnection,
  DeviceCreate,
  DeviceCreated,
  DevicePatch,
  DeviceSecrets,
  Latest,
  WaitingDevice,
} from './device.ts';
import type { AckBody, Event, EventsQuery, SeedEvent, SeedEventBody } from './event.ts';
import type { History, HistoryDeleteQuery, HistoryExportQuery, HistoryQuery } from './history.ts';
import type { DemoState, Health, HubInfo } from './hub-info.ts';
import type { Mode, ModeBody } from './mode.ts';
import type { Pairing, PairingAccepted, PairingBody } from './pairing.ts';
import type { PageQuery } from './problem.ts';
import type { Refusal, RefusalsQuery } from './refusal.ts';
import type { LeaderboardEntry, LeaderboardQuery, Score, ScoresQuery } from './score.ts';
import type { StreamQuery } from './stream.ts';
import type {
  PublishBody,
  Published,
  RestoreBody,
  Restored,
  RetainedDeleteBody,
  RetainedDeleted,
  SavedPublish,
  SavedPublishBody,
  TopicDetail,
  TopicQuery,
  TopicsPage,
  TopicsQuery,
  TrashedRetained,
} from './topic.ts';
import type {
  Invite,
  InviteCreated,
  LoginBody,
  LoginReply,
  MePatch,
  RegisterBody,
  Session,
  SetupBody,
  SetupState,
  User,
  UserPatch,
} from './user.ts';
import type { Widget, WidgetPatch, WidgetSpec, WidgetState, WidgetStateSet } from './widget.ts';

export interface Page<Item> {
  items: Item[];
  nextCursor?: string;
}
type ById = { id: string };
type ByName = { name: string };
type OfDevice = { id: string; commandId: string };

export interface Api {
  'GET /health': { reply: Health };
  'GET /api/v1/hub': { reply: HubInfo };
  'GET /api/v1/setup': { reply: SetupState };
  'POST /api/v1/setup': { body: SetupBody; reply: LoginReply };
  'POST /api/v1/auth/register': { body: RegisterBody; reply: { user: User } };
  'POST /api/v1/auth/login': { body: LoginBody; reply: LoginReply };
  'POST /api/v1/auth/refresh': { reply: LoginReply };
  'POST /api/v1/auth/logout': { reply: { status: 'logged_out' } };
  'GET /api/v1/auth/me': { reply: User };
  'PATCH /api/v1/auth/me': { body: MePatch; reply: User };
  'GET /api/v1/users': { query: PageQuery; reply: Page<User> };
  'PATCH /api/v1/users/:id': { params: ById; body: UserPatch; reply: User };
  'DELETE /api/v1/users/:id': { params: ById; reply: undefined };
  'GET /api/v1/sessions': { query: PageQuery & { all?: boolean }; reply: Page<Session> };
  'DELETE /api/v1/sessions/:id': { params: ById; reply: undefined };
  'GET /api/v1/invites': { query: PageQuery; reply: Page<Invite> };
  'POST /api/v1/invites': { reply: InviteCreated };
  'DELETE /api/v1/invites/:id': { params: ById; reply: undefined };
  'GET /api/v1/accounts': { query: PageQuery; reply: Page<Account> };
  'POST /api/v1/accounts': { body: AccountCreate; reply: Account };
  'PATCH /api/v1/accounts/:name': { params: ByName; body: AccountPatch; reply: Account };
  'DELETE /api/v1/accounts/:name': { params: ByName; reply: undefined };
  'POST /api/v1/access/test': { body: AccessQuestion; reply: AccessAnswer };
  'GET /api/v1/refusals': { query: RefusalsQuery; reply: Page<Refusal> };
  'GET /api/v1/devices': { query: PageQuery; reply: Page<Device> };
  'POST /api/v1/devices': { body: DeviceCreate; reply: DeviceCreated };
  'GET /api/v1/devices/waiting': { reply: Page<WaitingDevice> };
  'POST /api/v1/devices/waiting/:id/adopt': { params: ById; body: AdoptBody; reply: Device };
  'GET /api/v1/devices/:id': { params: ById; reply: Device };
  'PATCH /api/v1/devices/:id': { params: ById; body: DevicePatch; reply: Device };
  'DELETE /api/v1/devices/:id': { params: ById; reply: undefined };
  'POST /api/v1/devices/:id/token': { params: ById; reply: DeviceSecrets };
  'DELETE /api/v1/devices/:id/token': { params: ById; reply: undefined };
  'GET /api/v1/devices/:id/latest': { params: ById; reply: Latest };
  'GET /api/v1/devices/:id/history': { params: ById; query: HistoryQuery; reply: History };
  'DELETE /api/v1/devices/:id/history': { params: ById; query: HistoryDeleteQuery; reply: undefined };
  /** A file; the app fetches it as one. */
  'GET /api/v1/devices/:id/history/export': { params: ById; query: HistoryExportQuery; reply: string };
  'GET /api/v1/devices/:id/connection': { params: ById; reply: DeviceConnection };
  'GET /api/v1/devices/:id/pulse': { params: ById; reply: { bucketMs: number; endMs: number; marks: string } };
  'GET /api/v1/devices/:id/pairing': { params: ById; reply: Pairing };
  'POST /api/v1/devices/:id/pairing': { params: ById; body: PairingBody; reply: PairingAccepted };
  'DELETE /api/v1/devices/:id/pairing': { params: ById; reply: Pairing };
  'GET /api/v1/devices/:id/commands': { params: ById; query: PageQuery; reply: Page<Command> };
  'POST /api/v1/devices/:id/commands': { params: ById; body: CommandBody; reply: Command };
  'GET /api/v1/devices/:id/commands/:commandId': { params: OfDevice; reply: Command };
  'DELETE /api/v1/devices/:id/commands/:commandId': { params: OfDevice; reply: Command };
  'POST /api/v1/commands': { body: BulkCommandBody; reply: BulkCommand };
  'GET /api/v1/commands/:id': { params: ById; reply: BulkCommand };
  'GET /api/v1/widgets': { query: PageQuery; reply: Page<Widget> };
  'POST /api/v1/widgets': { body: WidgetSpec; reply: Widget };
  'PATCH /api/v1/widgets/:id': { params: ById; body: WidgetPatch; reply: Widget };
  'DELETE /api/v1/widgets/:id': { params: ById; reply: undefined };
  'POST /widgets/:id/state': { params: ById; body: WidgetState; reply: WidgetStateSet };
  'GET /api/v1/boards': { query: PageQuery; reply: Page<Board> };
  'POST /api/v1/boards': { body: BoardCreate; reply: Board };
  'GET /api/v1/boards/:id': { params: ById; reply: Board };
  'PUT /api/v1/boards/:id': { params: ById; body: BoardPut; reply: Board };
  'PATCH /api/v1/boards/:id': { params: ById; body: BoardPatch; reply: Board };
  'DELETE /api/v1/boards/:id': { params: ById; reply: undefined };
  'GET /api/v1/scores': { query: ScoresQuery; reply: Page<Score> };
  'DELETE /api/v1/scores/:id': { params: ById; reply: undefined };
  'POST /api/v1/scores/:id/restore': { params: ById; reply: Score };
  'GET /api/v1/leaderboard': { query: LeaderboardQuery; reply: Page<LeaderboardEntry> };
  'GET /api/v1/events': { query: EventsQuery; reply: Page<Event> };
  /** Of an event, or of an alert by its id: acknowledges the event, and the alerts it belongs to. */
  'POST /api/v1/events/:id/ack': { params: ById; body: AckBody; reply: { event: Event | null; alerts: Alert[] } };
  'GET /api/v1/alerts': { query: AlertsQuery; reply: Page<Alert> };
  'POST /api/v1/alerts/:id/ack': { params: ById; body: AckBody; reply: Alert };
  'POST /api/v1/alerts/:id/snooze': { params: ById; body: SnoozeBody; reply: Alert };
  'GET /api/v1/alert-rules': { query: AlertRulesQuery; reply: { items: AlertRule[] } };
  'POST /api/v1/alert-rules': { body: AlertRuleBody; reply: AlertRule };
  'GET /api/v1/alert-rules/suggestions': { reply: AlertRuleSuggestions };
  'GET /api/v1/alert-rules/:id': { params: ById; reply: AlertRule };
  'PATCH /api/v1/alert-rules/:id': { params: ById; body: AlertRulePatch; reply: AlertRule };
  'DELETE /api/v1/alert-rules/:id': { params: ById; reply: undefined };
  'GET /api/v1/mode': { reply: Mode };
  'PUT /api/v1/mode': { body: ModeBody; reply: Mode };
  /** text/event-stream: see stream.ts. */
  'GET /api/v1/stream': { query: StreamQuery; reply: string };
  /** Seed 4. */
  'GET /api/events': { query: { limit?: number }; reply: SeedEvent[] };
  'POST /api/events': { body: SeedEventBody; reply: SeedEvent & { status: 'success' } };
  'GET /api/v1/topics': { query: TopicsQuery; reply: TopicsPage };
  'GET /api/v1/topics/detail': { query: TopicQuery; reply: TopicDetail };
  'POST /api/v1/publish': { body: PublishBody; reply: Published };
  'GET /api/v1/saved-publishes': { query: PageQuery; reply: Page<SavedPublish> };
  'POST /api/v1/saved-publishes': { body: SavedPublishBody; reply: SavedPublish };
  'DELETE /api/v1/saved-publishes/:id': { params: ById; reply: undefined };
  'POST /api/v1/retained/delete': { body: RetainedDeleteBody; reply: RetainedDeleted };
  'GET /api/v1/retained/trash': { query: PageQuery; reply: Page<TrashedRetained> };
  'POST /api/v1/retained/trash/restore': { body: RestoreBody; reply: Restored };
  'GET /api/v1/destinations': { reply: Page<Destination> };
  'POST /api/v1/destinations': { body: DestinationBody; reply: Destination };
  'GET /api/v1/destinations/:id': { params: ById; reply: Destination };
  'PATCH /api/v1/destinations/:id': { params: ById; body: DestinationPatch; reply: Destination };
  'DELETE /api/v1/destinations/:id': { params: ById; reply: undefined };
  'POST /api/v1/destinations/:id/test': { params: ById; reply: DestinationTested };
  'POST /api/v1/destinations/:id/flush': { params: ById; reply: Destination };
  'DELETE /api/v1/destinations/:id/queue': { params: ById; reply: Counted };
  'GET /api/v1/destinations/:id/dead-letters': { params: ById; query: PageQuery; reply: Page<DeadLetter> };
  'POST /api/v1/destinations/:id/dead-letters/resend': { params: ById; body: DeadLettersBody; reply: Counted };
  'POST /api/v1/destinations/:id/dead-letters/discard': { params: ById; body: DeadLettersBody; reply: Counted };
  'GET /api/v1/demo': { reply: DemoState };
  'POST /api/v1/demo': { reply: DemoState };
  'DELETE /api/v1/demo': { reply: DemoState };
  'DELETE /api/v1/demo/data': { reply: DemoState };
}
export type Route = keyof Api;
