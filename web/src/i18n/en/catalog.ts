/** English, the source of every sentence; one file per page. */
import { ERRORS } from '../../../../hub/contract/errors.ts';
import type { Catalog } from '../catalog.ts';
import { access } from './access.ts';
import { alerts } from './alerts.ts';
import { board } from './board.ts';
import { chart } from './chart.ts';
import { common } from './common.ts';
import { control } from './control.ts';
import { device } from './device.ts';
import { devices } from './devices.ts';
import { entry } from './entry.ts';
import { events } from './events.ts';
import { explorer } from './explorer.ts';
import { forwarding } from './forwarding.ts';
import { health } from './health.ts';
import { overview } from './overview.ts';
import { pair } from './pair.ts';
import { scores } from './scores.ts';
import { settings } from './settings.ts';
import { setup } from './setup.ts';
import { shell } from './shell.ts';

export const messages = {
  ...common,
  ...chart,
  ...shell,
  ...entry,
  ...setup,
  ...access,
  ...settings,
  ...overview,
  ...board,
  ...devices,
  ...device,
  ...control,
  ...pair,
  ...scores,
  ...explorer,
  ...forwarding,
  ...health,
  ...events,
  ...alerts,
} as const;

export const en: Catalog = { messages, errors: ERRORS };
