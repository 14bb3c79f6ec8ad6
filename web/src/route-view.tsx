/** Shows the page of the present place: loads its chunk, then moves title, focus and scroll; the old page stays until then. */
import { useEffect, useErrorBoundary, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from './i18n/language.ts';
import { Button } from './parts/button.tsx';
import { Empty } from './parts/states.tsx';
import { place, restoreScroll } from './router.ts';
import { findRoute, type Match, type Page, type Route } from './routes.ts';
import { Shell } from './shell/shell.tsx';
import { pageTitle } from './title.ts';

const loaded = new Map<Route, Page>();

export function RouteView() {
  const { path } = place.value;
  const match = findRoute(path);
  const page = loaded.get(match.route);
  const [shown, setShown] = useState<Match>(match);
  const [failed, setFailed] = useState<Route | null>(null);
  const isFirst = useRef(true);

  useEffect(() => {
    let isWanted = true;
    const arrive = () => {
      if (isWanted) setShown(findRoute(path));
    };
    if (page !== undefined) arrive();
    else {
      match.route.load().then(
        (component) => {
          loaded.set(match.route, component);
          arrive();
        },
        () => isWanted && setFailed(match.route),
      );
    }
    return () => {
      isWanted = false;
    };
  }, [path]);

  // a page already loaded is shown in the same frame, one being fetched leaves the old page where it is
  const current = page === undefined ? shown : match;
  const Current = loaded.get(current.route);
  const isThere = Current !== undefined && current.route === match.route;
  const { pattern } = current.route;
  // before the page is painted: later it would take the focus from whoever was quicker
  useLayoutEffect(() => {
    if (!isThere) return;
    restoreScroll();
    if (!isFirst.current) focusHeading();
    isFirst.current = false;
  }, [pattern, path, isThere]);
  const title = pageTitle.value ?? t(current.route.title);
  useEffect(() => {
    document.title = `${title} · Ruche`;
  }, [title]);

  const content =
    failed === match.route ? (
      <LoadFailed />
    ) : (
      Current !== undefined && <Guarded key={pattern} page={Current} match={current} />
    );
  const isWaiting = !isThere && failed !== match.route;
  return (
    <>
      {isWaiting && <div class="progress-line" />}
      {current.route.frame === 'bare' ? content : <Shell path={path}>{content}</Shell>}
    </>
  );
}

function Guarded({ page: Shown, match }: { page: Page; match: Match }) {
  const [error, reset] = useErrorBoundary((thrown) => console.error(thrown));
  if (error === undefined) return <Shown params={match.params} />;
  return (
    <Empty icon="triangle-alert" title={t('crash.title')} text={t('crash.text')}>
      <Button kind="primary" icon="refresh-cw" onClick={reset}>
        {t('common.retry')}
      </Button>
    </Empty>
  );
}

/** The chunk is gone, usually because the hub was updated under an open page. */
function LoadFailed() {
  return (
    <Empty icon="cloud-off" title={t('pageFailed.title')} text={t('pageFailed.text')}>
      <Button kind="primary" icon="refresh-cw" onClick={() => location.reload()}>
        {t('pageFailed.reload')}
      </Button>
    </Empty>
  );
}

/** Screen readers start reading at the new page's heading; keyboards go on from there. */
function focusHeading(): void {
  // a list that goes on being walked keeps it
  if (document.activeElement?.closest('[role="tree"]')) return;
  const heading = document.querySelector<HTMLElement>('main h1');
  heading?.focus({ preventScroll: true });
}
