/** REST of the mode. */
import { Mode, ModeBody } from '../../contract/mode.ts';
import { type Http, personOf } from '../route.ts';
import type { ModeKeeper } from './mode.ts';

const tags = ['mode'];

export function modeRoutes(mode: ModeKeeper): (http: Http) => void {
  return (http) => {
    http.get(
      '/api/v1/mode',
      {
        config: { access: 'events.read' },
        schema: { summary: 'Active or surveillance, and who armed the hub', tags, response: { 200: Mode } },
      },
      async () => mode.view(),
    );
    http.put(
      '/api/v1/mode',
      {
        config: { access: 'mode.change' },
        schema: {
          summary: 'Change the mode, its delays, what is watched, or the schedule; what is left out stays',
          tags,
          body: ModeBody,
          response: { 200: Mode },
        },
      },
      async (request) => mode.change(request.body, personOf(request).username),
    );
  };
}
