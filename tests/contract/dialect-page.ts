/** "How devices may speak" as Markdown, from the dialects and their fixtures. */

import type { DialectFixture } from '../../hub/domain/dialects/dialect.fixture.ts';
import { RECEIVED_MS } from '../../hub/domain/dialects/dialect.fixture.ts';
import type { Dialect } from '../../hub/domain/dialects/dialect.ts';

const HEAD = `# How devices may speak

Everything the hub understands without being told. This page is made from the dialects and their fixtures in
\`hub/domain/dialects/\`, so each example below is also a test. It is made anew with
\`npx vitest run --project contract dialect-page -u\`.

Messages on other topics are delivered as they are, and nothing of them is kept. What a dialect cannot read is refused,
with the field named, in the answer and in the list of refusals.

## Times

A time may be Unix seconds, Unix milliseconds or ISO text; without a zone it is UTC. Before 2020 or more than a day
ahead it is not believed: then the value has the time it was received. A number that counts milliseconds since boot is
kept as \`deviceUptimeMs\`; once a heartbeat has said when the device was switched on, values it held back get their true
times. \`age_ms\` (or \`ageMs\`) says how long ago something was measured.

## Who may say it

A device speaks for itself: by MQTT with its id and token, by HTTP with \`Authorization: Bearer <token>\` and
\`X-Device-ID\`, with \`device_token\` in the body or the query, or with a JWT signed with its secret. An account speaks for
the devices without a token that its rules reach. A device without credentials waits, is listed with the name its
messages give it, and speaks after somebody has adopted it.

## Adding a way of speaking

One file beside the others, one file of fixtures, one line in \`hub/domain/dialects/dialects.ts\`.
`;

export function dialectPage(sections: readonly { dialect: Dialect; fixtures: readonly DialectFixture[] }[]): string {
  return [HEAD, ...sections.map(({ dialect, fixtures }) => section(dialect, fixtures))].join('\n');
}

function section({ id, about, topics, bodies = [] }: Dialect, fixtures: readonly DialectFixture[]): string {
  const doors = [
    ...list('Topics from devices', topics.up),
    ...list('Topics to devices', topics.down),
    ...list(
      'HTTP and WebSocket',
      bodies.map(({ door }) => door),
    ),
  ];
  return [`## ${id}`, '', about, '', ...doors, '', ...fixtures.flatMap(example)].join('\n');
}

function list(what: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`- ${what}: ${names.map((name) => `\`${name}\``).join(', ')}`];
}

function example({ what, door, says, means, bad = [] }: DialectFixture): string[] {
  const text = typeof says === 'string' ? JSON.stringify(says) : JSON.stringify(says, null, 2);
  const parts = bad.length === 0 ? [] : [`Named as bad: \`${JSON.stringify(bad)}\`.`, ''];
  const meanings = means.map((one) => `- ${meaning(one)}`);
  return [`### ${id(door)}: ${what}`, '', '```json', text, '```', '', ...meanings, '', ...parts];
}

const id = (door: string): string => `\`${door}\``;

/** `readings` with temperature 36.6, …; times are told relative to the reception. */
function meaning(report: object): string {
  const { kind, ...fields }: Record<string, unknown> = { ...report };
  const said = Object.entries(fields).map(([name, value]) => `${name} \`${shown(name, value)}\``);
  return `**${String(kind)}** ${said.join(', ')}`;
}

function shown(name: string, value: unknown): string {
  if (name !== 'atMs' || typeof value !== 'number') return JSON.stringify(value);
  const agoMs = RECEIVED_MS - value;
  return agoMs === 0 ? 'time of reception' : `time of reception ${agoMs > 0 ? '−' : '+'} ${Math.abs(agoMs)} ms`;
}
