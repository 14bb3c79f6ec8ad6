/** Configuration: one table of settings → a frozen Config. The only reader of process.env and of config.json. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RucheError } from '../contract/errors.ts';
import { RETENTION_DEFAULT } from '../domain/retention.ts';
import {
  ConfigError,
  choice,
  type Form,
  optional,
  password,
  port,
  ports,
  retention,
  switchOf,
  text,
  username,
  webAddress,
} from './config-forms.ts';

interface Setting<Value> {
  readonly form: Form<Value>;
  readonly fallback: Value;
  /** One line for --help. */
  readonly help: string;
  readonly isSecret?: true;
  /** Known by name so that nobody's compose file breaks, but nothing listens to it yet; setting it logs a warning. */
  readonly isLater?: true;
}

const setting = <Value>(form: Form<Value>, fallback: Value, help: string): Setting<Value> => ({ form, fallback, help });
const secret = <Value>(form: Form<Value>, fallback: Value, help: string): Setting<Value> => ({
  ...setting(form, fallback, help),
  isSecret: true,
});
const later = <Value>(form: Form<Value>, fallback: Value, help: string): Setting<Value> => ({
  ...setting(form, fallback, help),
  isLater: true,
});

export const SETTINGS = {
  dataDir: setting(text, './data', 'Everything the hub writes; created with mode 0700'),
  host: setting(text, '0.0.0.0', 'Bind address of all listeners'),
  httpPort: setting<number | null>(port, 8080, 'Web app, REST, MQTT over WebSocket on /mqtt'),
  extraHttpPorts: setting<readonly number[]>(ports, [], 'More ports for the same web server, such as 5000,8000'),
  mqttPort: setting<number | null>(port, 1883, 'MQTT over TCP'),
  anonymous: setting(choice(['refuse', 'pair', 'open']), 'pair', 'Clients without credentials'),
  registration: setting(choice(['closed', 'invite', 'open']), 'invite', 'Who may create an account'),
  ownerUsername: setting(optional(username), undefined, 'Create the owner at first start'),
  ownerPassword: secret(optional(password), undefined, 'Password of that owner'),
  durability: setting(choice(['commit', 'sync']), 'commit', 'sync = fsync before acknowledging'),
  historyDays: setting(retention, RETENTION_DEFAULT, 'Days to keep readings, minutes, hours, days'),
  logLevel: setting(
    choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    'info',
    'Least level logged',
  ),
  logFormat: setting(choice(['auto', 'json', 'pretty']), 'auto', 'auto = json when not a terminal'),
  httpsPort: later<number | null>(port, null, 'HTTPS'),
  mqttsPort: later<number | null>(port, null, 'MQTT over TLS'),
  discoveryPort: later<number | null>(port, null, 'UDP discovery'),
  mdns: later(switchOf, false, 'Announce by mDNS'),
  serialPorts: later(text, 'off', 'Serial ports'),
  backendUrl: setting(optional(webAddress), undefined, 'Forward events to <url>/api/events'),
  compatOpen: setting(switchOf, false, 'Old routes without credentials on private addresses'),
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof SETTINGS;
type ValueOf<Name extends SettingName> = (typeof SETTINGS)[Name] extends Setting<infer Value> ? Value : never;
export type Config = { readonly [Name in SettingName]: ValueOf<Name> };
export type Source = 'flag' | 'environment' | 'config.json' | 'default';

export interface LoadedConfig {
  readonly config: Config;
  readonly sources: ReadonlyMap<SettingName, Source>;
  /** Sentences to log once a logger exists. */
  readonly warnings: readonly string[];
}

const NAMES = Object.keys(SETTINGS).filter((name): name is SettingName => name in SETTINGS);

/** `httpPort` → `http-port`: the flag, and the key in config.json. */
export const flagName = (name: SettingName): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
/** `httpPort` → `RUCHE_HTTP_PORT`. */
export const environmentName = (name: SettingName): string =>
  `RUCHE_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/**
 * Reads flags, then environment, then `<data>/config.json`, then defaults.
 * Throws ConfigError naming the setting, its value and the allowed form.
 */
export function loadConfig(argv: readonly string[], environment: NodeJS.ProcessEnv): LoadedConfig {
  const flags = readFlags(argv);
  const variables = readVariables(environment);
  const dataDir = flags.get('dataDir') ?? variables.get('dataDir') ?? SETTINGS.dataDir.fallback;
  const layers: [Source, ReadonlyMap<SettingName, string>][] = [
    ['flag', flags],
    ['environment', variables],
    ['config.json', readFile(join(dataDir, 'config.json'))],
  ];
  const warnings: string[] = [];
  const sources = new Map<SettingName, Source>();

  function read<Name extends SettingName>(name: Name): ValueOf<Name>;
  function read(name: SettingName): unknown {
    const entry: Setting<unknown> = SETTINGS[name];
    for (const [source, layer] of layers) {
      const raw = layer.get(name);
      if (raw === undefined) continue;
      const value = entry.form.parse(raw);
      if (value === undefined)
        throw new ConfigError(label(name, source), entry.isSecret ? '•••' : raw, entry.form.allowed);
      sources.set(name, source);
      if (entry.isLater && value !== entry.fallback) {
        warnings.push(`${label(name, source)} is set, but this version does not have it yet; it is ignored.`);
      }
      return value;
    }
    sources.set(name, 'default');
    return entry.fallback;
  }

  const config: Config = Object.freeze({
    dataDir: read('dataDir'),
    host: read('host'),
    httpPort: read('httpPort'),
    extraHttpPorts: read('extraHttpPorts'),
    mqttPort: read('mqttPort'),
    anonymous: read('anonymous'),
    registration: read('registration'),
    ownerUsername: read('ownerUsername'),
    ownerPassword: read('ownerPassword'),
    durability: read('durability'),
    historyDays: read('historyDays'),
    logLevel: read('logLevel'),
    logFormat: read('logFormat'),
    httpsPort: read('httpsPort'),
    mqttsPort: read('mqttsPort'),
    discoveryPort: read('discoveryPort'),
    mdns: read('mdns'),
    serialPorts: read('serialPorts'),
    backendUrl: read('backendUrl'),
    compatOpen: read('compatOpen'),
  });
  mustBelongTogether(config, 'ownerUsername', 'ownerPassword');
  return { config, sources, warnings };
}

/** Rows for `ruche config`: every value with its source, secrets masked. */
export function describeConfig({ config, sources }: LoadedConfig): { name: string; value: string; source: Source }[] {
  return NAMES.map((name) => {
    const entry: Setting<unknown> = SETTINGS[name];
    const value = config[name];
    const shown =
      value === undefined ? '–' : value === null ? 'off' : Array.isArray(value) ? value.join(',') : String(value);
    return {
      name: environmentName(name),
      value: entry.isSecret && value !== undefined ? '•••' : shown,
      source: sources.get(name) ?? 'default',
    };
  });
}

/** Lines for --help. */
export function describeFlags(): string[] {
  return NAMES.map((name) => {
    const entry: Setting<unknown> = SETTINGS[name];
    return `  --${flagName(name)} <${entry.form.allowed}>\n      ${entry.help} (${environmentName(name)})`;
  });
}

function mustBelongTogether(config: Config, ...names: SettingName[]): void {
  const missing = names.find((name) => config[name] === undefined);
  const given = names.find((name) => config[name] !== undefined);
  if (missing === undefined || given === undefined) return;
  const allowed = `${SETTINGS[missing].form.allowed}, because ${environmentName(given)} is set`;
  throw new ConfigError(environmentName(missing), undefined, allowed);
}

function readFlags(argv: readonly string[]): Map<SettingName, string> {
  const flags = new Map<SettingName, string>();
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? '';
    const [flag, inline] = word.split(/=(.*)/s);
    const name = NAMES.find((candidate) => `--${flagName(candidate)}` === flag);
    if (name === undefined) throw new ConfigError(word, undefined, 'a flag listed by --help');
    const value = inline ?? argv[++index];
    if (value === undefined) throw new ConfigError(word, undefined, SETTINGS[name].form.allowed);
    flags.set(name, value);
  }
  return flags;
}

function readVariables(environment: NodeJS.ProcessEnv): Map<SettingName, string> {
  const variables = new Map<SettingName, string>();
  for (const [key, value] of Object.entries(environment)) {
    // An empty variable is how compose files say "not set".
    if (!key.startsWith('RUCHE_') || value === undefined || value === '') continue;
    const name = NAMES.find((candidate) => environmentName(candidate) === key);
    if (name === undefined) throw new ConfigError(key, value, 'a name listed by "ruche config"');
    variables.set(name, value);
  }
  return variables;
}

function readFile(path: string): Map<SettingName, string> {
  const values = new Map<SettingName, string>();
  for (const [key, value] of Object.entries(readObject(path))) {
    const name = NAMES.find((candidate) => flagName(candidate) === key);
    if (name === undefined || name === 'dataDir')
      throw new ConfigError(`${path}: ${key}`, String(value), 'a flag name listed by --help, without --');
    values.set(name, Array.isArray(value) ? value.join(',') : String(value));
  }
  return values;
}

function readObject(path: string): object {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    // Whatever stands where the data directory should be is told by whoever wants to write there.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return {};
    throw new RucheError('STORE_UNAVAILABLE', `Cannot read ${path}.`, { cause: error });
  }
  try {
    const parsed: unknown = JSON.parse(content);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // told below, with the same sentence as for a wrong type
  }
  throw new ConfigError(path, undefined, 'a JSON object such as { "http-port": 8080 }');
}

function label(name: SettingName, source: Source): string {
  if (source === 'flag') return `--${flagName(name)}`;
  return source === 'environment' ? environmentName(name) : `config.json: ${flagName(name)}`;
}
