/** Simon on a board: who leads, whose round is being played now, and where there is room what was just played. */
import type { TileSize } from '../../../../../hub/contract/board.ts';
import type { WidgetSpec } from '../../../../../hub/contract/widget.ts';
import { t } from '../../../i18n/language.ts';
import { SimonMark } from '../../../parts/device-icon.tsx';
import { Leaderboard } from '../../../parts/leaderboard.tsx';
import { Whenever } from '../../../parts/states.tsx';
import { useLeaderboard } from '../../../state/leaderboard.ts';
import { rounds, useScores } from '../../../state/scores.ts';
import { LatestScores } from './latest-scores.tsx';
import { TileFrame } from './tile-frame.tsx';

const PLACES: Readonly<Record<TileSize, number>> = { S: 2, M: 5, L: 5, XL: 5 };

export function LeaderboardTile({ spec, area, size }: { spec: WidgetSpec; area: string; size: TileSize }) {
  useScores();
  const places = PLACES[size];
  const board = useLeaderboard(spec.options?.window ?? 'all', places);
  const known = board.state.value;
  const hasHalves = (size === 'L' || size === 'XL') && !(known.kind === 'ready' && known.value.length === 0);
  return (
    <TileFrame name={spec.name} icon={<SimonMark />} class={area} end={<NowPlaying deviceId={spec.deviceId} />}>
      <div class={hasHalves ? 'halves' : 'halves whole'}>
        <Whenever state={known} onRetry={() => void board.reload()}>
          {(entries) =>
            entries.length === 0 ? (
              <div class="empty fill">
                <b>{t('overview.leaderboardEmpty')}</b>
                {size !== 'S' && <p>{t('overview.leaderboardEmptyText')}</p>}
              </div>
            ) : (
              <Leaderboard entries={entries} limit={places} />
            )
          }
        </Whenever>
        {hasHalves && <LatestScores deviceId={spec.deviceId} />}
      </div>
      {size !== 'S' && (
        <a class="more foot" href="/scores">
          {t('overview.seeAll')}
        </a>
      )}
    </TileFrame>
  );
}

function NowPlaying({ deviceId }: { deviceId: string | undefined }) {
  const playing = rounds.value.filter((round) => deviceId === undefined || round.deviceId === deviceId);
  const latest = playing.reduce((last, round) => (round.atMs > (last?.atMs ?? 0) ? round : last), playing[0]);
  if (latest === undefined) return null;
  const player = latest.username === '' ? t('scores.nobody') : latest.username;
  return (
    <span class="st ok">
      <span class="cut">
        {playing.length === 1
          ? t('overview.round', { player, round: latest.round })
          : t('overview.roundsMore', { player, count: playing.length - 1 })}
      </span>
    </span>
  );
}
