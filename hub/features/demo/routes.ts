/** REST: the demonstration device. */
import { DemoState } from '../../contract/hub-info.ts';
import type { Http } from '../route.ts';
import type { Demo } from './demo.ts';

export function demoRoutes(demo: Demo): (http: Http) => void {
  const describe = (summary: string) => ({
    config: { access: 'demo.run' as const },
    schema: { summary, tags: ['demo'], response: { 200: DemoState } },
  });
  return (http) => {
    http.get('/api/v1/demo', describe('Whether the demonstration device runs'), () => demo.state());
    http.post('/api/v1/demo', describe('Start a virtual Simon inside the hub'), () => demo.start());
    http.delete('/api/v1/demo', describe('Stop the demonstration device'), () => demo.stop());
    http.delete('/api/v1/demo/data', describe('Stop it and remove its device and scores'), () => demo.removeData());
  };
}
