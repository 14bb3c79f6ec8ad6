/** What a page shows instead of data: nothing yet, failed, on its way. */
import type { ComponentChildren } from 'preact';
import { ApiProblem, UNREACHABLE_CODE } from '../http.ts';
import { sentenceOf, t } from '../i18n/language.ts';
import type { Loaded, Loading } from '../state/loading.ts';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

export function Empty({
  icon,
  title,
  text,
  children,
}: {
  icon: IconName;
  title: string;
  text?: string | undefined;
  /** The one primary action, and perhaps a second. */
  children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <span class="av">
        <Icon name={icon} />
      </span>
      <b>{title}</b>
      {text !== undefined && <p>{text}</p>}
      {children !== undefined && <div class="row wrap">{children}</div>}
    </div>
  );
}

/** The plain cause, what to do, Retry; the hub's own words folded away. */
export function ErrorBox({ problem, onRetry }: { problem: ApiProblem; onRetry?: (() => void) | undefined }) {
  const { title, hint } = wordsOf(problem);
  return (
    <div class="err bad" role="alert">
      <Icon name="triangle-alert" />
      <div>
        <b>{title}</b> {hint}
        {problem.detail !== undefined && (
          <details>
            <summary>{t('common.details')}</summary>
            <code>
              {problem.code}: {problem.detail}
            </code>
          </details>
        )}
      </div>
      {onRetry !== undefined && (
        <Button size="sm" icon="refresh-cw" onClick={onRetry}>
          {t('common.retry')}
        </Button>
      )}
    </div>
  );
}

/** A problem in the reader's language; the hub's English where there is no sentence for its code. */
export function wordsOf(problem: ApiProblem): { title: string; hint: string } {
  if (problem.code === UNREACHABLE_CODE) return { title: t('unreachable.title'), hint: t('unreachable.hint') };
  return sentenceOf(problem.code) ?? { title: problem.title, hint: problem.hint };
}

/** The words for anything caught around `call`; what is not a problem of the API flies on. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  throw error;
}

/** Blocks with the final geometry, visible after 150 ms so that a quick answer never flickers. */
export function Skeleton({ rows = 3, height = 46 }: { rows?: number; height?: number }) {
  return (
    <div class="skeleton" aria-busy="true">
      <span class="vh">{t('common.loading')}</span>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the blocks are all alike
        <i key={index} style={{ height: `${height}px` }} />
      ))}
    </div>
  );
}

/** Skeleton, error or content, whichever it is. */
export function Whenever<T>({
  state,
  onRetry,
  skeleton,
  children,
}: {
  state: Loaded<T>;
  onRetry: () => void;
  skeleton?: ComponentChildren;
  children: (value: T) => ComponentChildren;
}) {
  if (state.kind === 'failed') return <ErrorBox problem={state.problem} onRetry={onRetry} />;
  if (state.kind === 'loading') return <>{skeleton ?? <Skeleton />}</>;
  return <>{children(state.value)}</>;
}

/** The same for shared state that says only whether it is there. */
export function WhenReady({
  loading,
  onRetry,
  skeleton,
  children,
}: {
  loading: Loading;
  onRetry: () => void;
  skeleton?: ComponentChildren;
  children: ComponentChildren;
}) {
  if (loading.kind === 'failed') return <ErrorBox problem={loading.problem} onRetry={onRetry} />;
  if (loading.kind === 'loading') return <>{skeleton ?? <Skeleton />}</>;
  return <>{children}</>;
}
