/** The whole app: decides between waiting, sign-in and pages, and keeps the live link while somebody is signed in. */
import { effect, untracked } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { redirectOf } from './gate.ts';
import { isLanguage, language, speak } from './i18n/language.ts';
import { startLive, stopLive } from './live/connection.ts';
import { ErrorBox } from './parts/states.tsx';
import { ToastRegion } from './parts/toast.tsx';
import { TooltipLayer } from './parts/tooltip.tsx';
import { RouteView } from './route-view.tsx';
import { navigate, place } from './router.ts';
import { findRoute } from './routes.ts';
import { resumeSession, type Session, session } from './session.ts';
import { KeysDialog } from './shell/keys-dialog.tsx';
import { SignedOutDialog } from './shell/signed-out-dialog.tsx';
import { startDevices, stopDevices } from './state/devices.ts';
import { startEvents, stopEvents } from './state/events.ts';
import { startLists, stopLists } from './state/lists.ts';
import { setupState } from './state/setup-state.ts';
import { startStats, stopStats } from './state/stats.ts';

export function App() {
  useEffect(() => effect(sendAlong), []);
  useEffect(() => effect(followSession), []);
  return (
    <>
      <Content />
      <SignedOutDialog />
      <KeysDialog />
      <ToastRegion />
      <TooltipLayer />
    </>
  );
}

function Content() {
  const now = session.value;
  const setup = setupState.state.value;
  if (now.kind === 'starting') return null;
  if (now.kind === 'unreachable') return <Unreachable problem={now.problem} onRetry={() => void resumeSession()} />;
  if (now.kind === 'signed-out' && setup.kind !== 'ready') {
    if (setup.kind === 'loading') return null;
    return <Unreachable problem={setup.problem} onRetry={() => void setupState.reload()} />;
  }
  if (redirectNow() !== undefined) return null;
  return <RouteView />;
}

function Unreachable(props: Parameters<typeof ErrorBox>[0]) {
  return (
    <main class="entry" id="main">
      <div class="entry-box">
        <ErrorBox {...props} />
      </div>
    </main>
  );
}

function redirectNow(): string | undefined {
  const setup = setupState.state.value;
  return redirectOf(place.value, session.value.kind, {
    setup: setup.kind === 'ready' ? setup.value : undefined,
    isPublic: findRoute(place.value.path).route.isPublic ?? false,
  });
}

function sendAlong(): void {
  const to = redirectNow();
  if (to !== undefined) navigate(to, { replace: true });
}

function followSession(): void {
  const now = session.value;
  // what is started reads its own signals, and their changes must not start it again
  untracked(() => turnTo(now));
}

/** The live link, the fleet and the language belong to the signed-in person. */
function turnTo(now: Session): void {
  if (now.kind === 'signed-in') {
    startLive();
    startDevices();
    startStats();
    startEvents();
    startLists();
    const wanted = now.user.language;
    if (isLanguage(wanted) && wanted !== language.peek()) void speak(wanted);
  } else if (now.kind === 'ended') {
    stopLive('signed-out');
  } else if (now.kind === 'signed-out') {
    stopLive();
    stopDevices();
    stopStats();
    stopEvents();
    stopLists();
    void setupState.reload(); // registration may have changed since the start
  }
}
