/** The last two hundred scores: Username, Device, Score, Time; filtered, zeros folded, a wrong one removable. */
import { useRef, useState } from 'preact/hooks';
import type { Score } from '../../../../hub/contract/score.ts';
import { call } from '../../api.ts';
import { formatClockSeconds, formatDay, formatFull, formatNumber } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { Button, IconButton } from '../../parts/button.tsx';
import { Select } from '../../parts/choice.tsx';
import { DeviceName } from '../../parts/device-name.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Empty, problemOf, wordsOf } from '../../parts/states.tsx';
import { toast } from '../../parts/toast.tsx';
import { useHeld } from '../../parts/use-held.ts';
import { href, place, setQuery } from '../../router.ts';
import { may } from '../../session.ts';
import { fleet } from '../../state/devices.ts';
import { changeScores, scores } from '../../state/scores.ts';
import { filterScores } from './score-view.ts';

export function LatestCard() {
  const [zeros, setZeros] = useState(false);
  const { query } = place.value;
  const filter = { device: query.get('device'), username: query.get('player'), zeros };
  const table = useRef<HTMLDivElement>(null);
  const held = useHeld(scores.value, table);
  const { shown, folded } = filterScores(held.items, filter);
  return (
    <section class="card latest">
      <header>
        <Icon name="list" />
        <h2>{t('scores.latest')}</h2>
        <span class="muted num count">{t('scores.shown', { shown: shown.length, total: scores.value.length })}</span>
        {held.waiting > 0 && (
          <button type="button" class="chip up num" onClick={held.release}>
            {t('scores.held', { count: held.waiting })}
          </button>
        )}
        <Filters device={filter.device} username={filter.username} />
      </header>
      <div ref={table}>
        {shown.length === 0 ? (
          <Empty icon="search" title={t('scores.noMatch', { total: scores.value.length })}>
            <Button onClick={() => setQuery({ device: undefined, player: undefined })}>{t('common.clear')}</Button>
          </Empty>
        ) : (
          <ScoreTable scores={shown} />
        )}
      </div>
      {(folded > 0 || zeros) && (
        <div class="foot">
          <Button size="sm" kind="ghost" icon={zeros ? 'eye-off' : 'eye'} onClick={() => setZeros(!zeros)}>
            {zeros ? t('scores.zerosHide') : t('scores.zerosShow', { count: folded })}
          </Button>
        </div>
      )}
    </section>
  );
}

function Filters({ device, username }: { device: string | null; username: string | null }) {
  const devices = [...new Set(scores.value.map(({ deviceId }) => deviceId))];
  const players = [...new Set(scores.value.map((score) => score.username))].filter(Boolean).sort();
  if (device !== null && !devices.includes(device)) devices.push(device);
  if (username !== null && !players.includes(username)) players.push(username);
  return (
    <span class="end filters">
      <Select
        isBare
        label={t('scores.filterPlayer')}
        value={username ?? ''}
        options={[
          { value: '', label: t('scores.allPlayers') },
          ...players.map((name) => ({ value: name, label: name })),
        ]}
        onChange={(value) => setQuery({ player: value })}
      />
      <Select
        isBare
        label={t('scores.filterDevice')}
        value={device ?? ''}
        options={[
          { value: '', label: t('scores.allDevices') },
          ...devices.map((id) => ({ value: id, label: fleet.name(id).value })),
        ]}
        onChange={(value) => setQuery({ device: value })}
      />
    </span>
  );
}

function ScoreTable({ scores: shown }: { scores: readonly Score[] }) {
  const mayRemove = may('scores.remove');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="scroll" tabIndex={0} aria-label={t('scores.latest')}>
      <table class="tbl scores-table">
        <thead>
          <tr>
            <th>{t('scores.column.username')}</th>
            <th>{t('scores.column.device')}</th>
            <th class="r">{t('scores.column.score')}</th>
            <th class="r">{t('scores.column.time')}</th>
            {mayRemove && (
              <th class="act">
                <span class="vh">{t('scores.column.actions')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {shown.map((score) => (
            <ScoreRow key={score.id} score={score} mayRemove={mayRemove} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ScoreRow({ score, mayRemove }: { score: Score; mayRemove: boolean }) {
  const player = score.username === '' ? t('scores.nobody') : score.username;
  return (
    <tr>
      <td class="cut">{score.username === '' ? <span class="muted">{player}</span> : player}</td>
      <td class="cut">
        <a href={href('/devices/:id', { id: score.deviceId })}>
          <DeviceName name={fleet.name(score.deviceId).value} />
        </a>
      </td>
      <td class="r num">
        <b>{formatNumber(score.score)}</b>
      </td>
      <td class="r num muted" data-tip={formatFull(score.atMs)}>
        {formatDay(score.atMs, Date.now())}, {formatClockSeconds(score.atMs)}
      </td>
      {mayRemove && (
        <td class="r act">
          <IconButton
            icon="trash-2"
            kind="ghost"
            size="sm"
            label={t('scores.remove', { score: score.score, player })}
            onClick={() => void remove(score, player)}
          />
        </td>
      )}
    </tr>
  );
}

async function remove(score: Score, player: string): Promise<void> {
  try {
    await call('DELETE /api/v1/scores/:id', { params: { id: score.id } });
    changeScores({ removed: [score.id] });
    toast({ text: t('scores.removed', { score: score.score, player }), undo: () => void restore(score.id) });
  } catch (error) {
    toast({ kind: 'bad', text: `${t('scores.removeFailed')} ${wordsOf(problemOf(error)).title}` });
  }
}

async function restore(id: string): Promise<void> {
  try {
    changeScores({ added: [await call('POST /api/v1/scores/:id/restore', { params: { id } })] });
    toast({ kind: 'ok', text: t('scores.restored') });
  } catch (error) {
    toast({ kind: 'bad', text: `${t('scores.restoreFailed')} ${wordsOf(problemOf(error)).title}` });
  }
}
