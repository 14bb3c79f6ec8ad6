/** The seam for commands: the history of every device, what of it is still open, and bulk commands. */
import type { CommandState } from '../contract/command.ts';
import type { PageOf, PageRequest, Write } from './store.ts';

export interface CommandRow {
  /** Later ones of a device sort behind earlier ones. */
  id: string;
  deviceId: string;
  name: string;
  value: number | boolean | string | null;
  state: CommandState;
  createdMs: number;
  createdBy: string;
  expiresMs: number;
  sentMs: number | null;
  deliveredMs: number | null;
  /** Null: still open. */
  endedMs: number | null;
  attempts: number;
  via: 'mqtt' | 'http' | null;
  isConfirmed: boolean;
  message: string | null;
  bulkId: string | null;
}
/** Removing a device removes its commands; they stay named in bulk commands. */
export interface CommandStore {
  get(deviceId: string, id: string): Promise<CommandRow | undefined>;
  /** Newest first. */
  list(deviceId: string, page: PageRequest): Promise<PageOf<CommandRow>>;
  /** Open ones of all devices, by device, oldest first. */
  open(limit: number): Promise<CommandRow[]>;
  /** Ended ones that the device had or may have had, and has not answered: the newest by their ids, oldest first. */
  unanswered(limit: number): Promise<CommandRow[]>;
  put(command: CommandRow): Write;
  remove(deviceId: string, id: string): Write;
}

export interface BulkRow {
  id: string;
  name: string;
  value: number | boolean | string | null;
  createdMs: number;
  createdBy: string;
  /** One for every selected device: the id of its command, or '' and the code and detail of the refusal. */
  rows: { deviceId: string; commandId: string; code: string; detail: string }[];
}
export interface BulkStore {
  get(id: string): Promise<BulkRow | undefined>;
  /** Ids, oldest first. */
  oldest(limit: number): Promise<string[]>;
  put(bulk: BulkRow): Write;
  remove(id: string): Write;
}
