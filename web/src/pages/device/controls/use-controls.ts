/** What a device can be asked: its widgets, its commands as they live, and sending one. */
import { useState } from 'preact/hooks';
import type { Command, CommandBody } from '../../../../../hub/contract/command.ts';
import type { Device } from '../../../../../hub/contract/device.ts';
import { PAGE_LIMIT_MAX } from '../../../../../hub/contract/limits.ts';
import type { LiveCommands } from '../../../../../hub/contract/live.ts';
import { liveCommands } from '../../../../../hub/contract/topics.ts';
import type { Widget } from '../../../../../hub/contract/widget.ts';
import { call } from '../../../api.ts';
import { useLive } from '../../../live/subscribe.ts';
import { attempt } from '../../../parts/attempt.ts';
import { currentUser, may } from '../../../session.ts';
import { type Resource, useResource } from '../../../state/loading.ts';
import { withCommands } from './control-state.ts';

export interface Controls {
  readonly widgets: Resource<readonly Widget[]>;
  readonly commands: Resource<readonly Command[]>;
  /** The names that are on their way to the hub, with what is wanted. */
  readonly sending: ReadonlyMap<string, CommandBody['value']>;
  /** False: the hub said no, and the reason was shown. */
  send(body: CommandBody): Promise<boolean>;
  cancel(command: Command): Promise<void>;
}

export function useControls({ id }: Device): Controls {
  const params = { id };
  const [sending, setSending] = useState<Controls['sending']>(new Map());
  const widgets = useResource(id, (signal) => widgetsOf(id, signal));
  const commands = useResource<readonly Command[]>(id, async (signal) => {
    const { items } = await call('GET /api/v1/devices/:id/commands', { params, query: { limit: 50 }, signal });
    return items;
  });
  const take = (changed: readonly Command[]): void => {
    const known = commands.state.peek();
    commands.set(withCommands(known.kind === 'ready' ? known.value : [], changed));
  };
  useLive<LiveCommands>(liveCommands(id), (message) => take(message.commands));
  return {
    widgets,
    commands,
    sending,
    async send(body) {
      setSending((now) => new Map(now).set(body.name, body.value));
      const isSent = await attempt(async () => {
        const command = await call('POST /api/v1/devices/:id/commands', { params, body });
        const known = commands.state.peek();
        // what the live link said of it meanwhile is newer
        if (known.kind !== 'ready' || !known.value.some((one) => one.id === command.id)) take([command]);
      });
      setSending((now) => new Map([...now].filter(([name]) => name !== body.name)));
      return isSent;
    },
    async cancel({ id: commandId }) {
      await attempt(async () => {
        take([await call('DELETE /api/v1/devices/:id/commands/:commandId', { params: { id, commandId } })]);
      });
    },
  };
}

/** Any device, or one's own. */
export function mayCommand({ owner }: Device): boolean {
  return may('commands.send') || (may('commands.send.own') && owner !== null && owner === currentUser.value?.username);
}

async function widgetsOf(deviceId: string, signal: AbortSignal): Promise<readonly Widget[]> {
  const found: Widget[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? { limit: PAGE_LIMIT_MAX } : { limit: PAGE_LIMIT_MAX, cursor };
    const page = await call('GET /api/v1/widgets', { query, signal });
    found.push(...page.items.filter((widget) => widget.deviceId === deviceId));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}
