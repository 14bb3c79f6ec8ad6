/** The rounds being played at this moment. */
import { t } from '../../i18n/language.ts';
import { Card } from '../../parts/card.tsx';
import { DeviceName } from '../../parts/device-name.tsx';
import { fleet } from '../../state/devices.ts';
import { rounds } from '../../state/scores.ts';
import { byDevice } from './score-view.ts';

/** A hundred devices may play at once; the card keeps its height. */
const SHOWN_MAX = 6;

export function PlayingCard() {
  const playing = byDevice(rounds.value);
  return (
    <Card
      icon="gamepad-2"
      title={t('scores.nowPlaying')}
      end={playing.length > SHOWN_MAX ? `+${playing.length - SHOWN_MAX}` : undefined}
    >
      {playing.length === 0 ? (
        <p class="note">
          {t('scores.nowNobody')} {t('scores.nowNote')}
        </p>
      ) : (
        <ul class="wl playing">
          {playing.slice(0, SHOWN_MAX).map((round) => (
            <li class="wr" key={round.deviceId}>
              <span class="nm cut">
                {round.username === '' ? t('scores.nobody') : round.username}
                <small class="cut">
                  <DeviceName name={fleet.name(round.deviceId).value} />
                </small>
              </span>
              <span class="st ok num end">{t('scores.nowRound', { round: round.round })}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
