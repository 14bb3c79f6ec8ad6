/** Starts the app: theme and language first, so that the first thing painted is already right. */
import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/navigation.css';
import './styles/controls.css';
import './styles/overlays.css';
import './styles/cards.css';
import './styles/board.css';
import './styles/fleet.css';
import './styles/device.css';
import './styles/curve.css';
import './styles/tiles.css';
import './styles/history.css';
import './styles/simon.css';
import './styles/entry.css';
import './styles/access.css';
import './styles/explorer.css';
import './styles/forwarding.css';
import './styles/health.css';
import './styles/events.css';
import './styles/responsive.css';
import { App } from './app.tsx';
import { preferredLanguage, speak } from './i18n/language.ts';
import { startRouter } from './router.ts';
import { findRoute } from './routes.ts';
import { resumeSession } from './session.ts';
import { startKeys } from './shell/keys.ts';
import { startClock } from './state/now.ts';
import { setupState } from './state/setup-state.ts';
import { startTheme } from './theme.ts';

async function start(root: HTMLElement): Promise<void> {
  startTheme();
  startRouter();
  startKeys();
  startClock();
  // fetched meanwhile, so that the page is there when it is known who is looking; the route view says when it fails
  findRoute(location.pathname)
    .route.load()
    .catch(() => undefined);
  await Promise.all([speak(preferredLanguage()), resumeSession(), setupState.reload()]);
  render(<App />, root);
}

const root = document.getElementById('app');
if (root !== null) void start(root);
