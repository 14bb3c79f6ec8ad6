/** The card around a player's curve: their games from the hub, and the choice between drawing and table. */
import { useState } from 'preact/hooks';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { IconButton } from '../../parts/button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Skeleton, Whenever } from '../../parts/states.tsx';
import { useResource } from '../../state/loading.ts';
import { applyScores, SCORES_SHOWN_MAX } from '../../state/score-list.ts';
import { scores } from '../../state/scores.ts';
import { PlayerCurve } from './player-curve.tsx';

export function CurveCard({ player }: { player: string }) {
  const [isTable, setTable] = useState(false);
  const games = useResource(player, async (signal) => {
    const query = { username: player, limit: SCORES_SHOWN_MAX };
    return (await call('GET /api/v1/scores', { query, signal })).items;
  });
  return (
    <section class="card curve-card" aria-label={t('scores.curve', { player })}>
      <header>
        <span class="ic">
          <Icon name="activity" />
        </span>
        <h2>{t('scores.curve', { player })}</h2>
        <span class="end">
          <IconButton
            icon="table-2"
            size="sm"
            kind={isTable ? 'plain' : 'ghost'}
            label={t('scores.curveTable')}
            pressed={isTable}
            onClick={() => setTable(!isTable)}
          />
        </span>
      </header>
      <Whenever
        state={games.state.value}
        onRetry={() => void games.reload()}
        skeleton={<Skeleton rows={1} height={274} />}
      >
        {(items) => {
          // the games that have come in since are in the live list
          const live = scores.value.filter(({ username }) => username === player);
          const all = applyScores(items, { added: live, removed: [] });
          return <PlayerCurve player={player} games={all} isTable={isTable} />;
        }}
      </Whenever>
    </section>
  );
}
