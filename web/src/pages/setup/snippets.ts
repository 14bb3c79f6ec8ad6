/** The lines that point a device or program at this hub, filled in: one generator per platform. Pure, tested. */
import type { Key } from '../../i18n/catalog.ts';

export interface Target {
  host: string;
  port: number;
  /** Null: the device connects without credentials. */
  credentials: { user: string; password: string } | null;
}

export interface Platform {
  id: 'esp32' | 'esphome' | 'tasmota' | 'zigbee2mqtt' | 'homeassistant' | 'mosquitto';
  /** Brand names are never translated; a key where the name is words. */
  name: string | { key: Key };
  where: Key;
  lines: (target: Target) => string;
}

/** What a device is called in lines that need a name and have none yet. */
const EXAMPLE_ID = 'my-device';

export const PLATFORMS: readonly Platform[] = [
  { id: 'esp32', name: { key: 'setup.platformEsp32' }, where: 'setup.whereEsp32', lines: arduino },
  { id: 'esphome', name: 'ESPHome', where: 'setup.whereEsphome', lines: esphome },
  { id: 'tasmota', name: 'Tasmota', where: 'setup.whereTasmota', lines: tasmota },
  { id: 'zigbee2mqtt', name: 'Zigbee2MQTT', where: 'setup.whereZigbee', lines: zigbee2mqtt },
  { id: 'homeassistant', name: 'Home Assistant', where: 'setup.whereHass', lines: homeAssistant },
  { id: 'mosquitto', name: 'mosquitto_pub', where: 'setup.whereMosquitto', lines: mosquittoPub },
];

function arduino({ host, port, credentials }: Target): string {
  const id = credentials?.user ?? EXAMPLE_ID;
  const login = credentials === null ? '' : `, ${quoted(credentials.user)}, ${quoted(credentials.password)}`;
  return [
    `mqtt.setServer(${quoted(host)}, ${port});`,
    `mqtt.connect(${quoted(id)}${login});`,
    `mqtt.publish("ruche/${id}/telemetry", "{\\"v\\":{\\"temperature\\":21.5}}");`,
  ].join('\n');
}

function esphome({ host, port, credentials }: Target): string {
  return lines(
    'mqtt:',
    `  broker: ${host}`,
    `  port: ${port}`,
    credentials && `  username: ${quoted(credentials.user)}`,
    credentials && `  password: ${quoted(credentials.password)}`,
  );
}

/** User "0" clears what an earlier broker left behind. */
function tasmota({ host, port, credentials }: Target): string {
  const { user, password } = credentials ?? { user: '0', password: '0' };
  return `Backlog MqttHost ${host}; MqttPort ${port}; MqttUser ${user}; MqttPassword ${password}`;
}

function zigbee2mqtt({ host, port, credentials }: Target): string {
  return lines(
    'mqtt:',
    '  base_topic: zigbee2mqtt',
    `  server: mqtt://${hostInUrl(host)}:${port}`,
    credentials && `  user: ${quoted(credentials.user)}`,
    credentials && `  password: ${quoted(credentials.password)}`,
  );
}

function homeAssistant({ host, port, credentials }: Target): string {
  return lines(
    `Broker:   ${host}`,
    `Port:     ${port}`,
    credentials && `Username: ${credentials.user}`,
    credentials && `Password: ${credentials.password}`,
  );
}

function mosquittoPub({ host, port, credentials }: Target): string {
  const id = credentials?.user ?? EXAMPLE_ID;
  const login = credentials === null ? '' : ` -u ${shellWord(credentials.user)} -P ${shellWord(credentials.password)}`;
  return [
    `mosquitto_pub -h ${host} -p ${port} -i ${shellWord(id)}${login} \\`,
    `  -t ${shellWord(`ruche/${id}/telemetry`)} -m '{"v":{"temperature":21.5}}'`,
  ].join('\n');
}

function lines(...all: (string | null)[]): string {
  return all.filter((line) => line !== null).join('\n');
}

/** JSON's quoting is also valid in C, in YAML and in everything these lines go into. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function shellWord(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
