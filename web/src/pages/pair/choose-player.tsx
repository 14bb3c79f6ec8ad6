/** Second step: who plays. One's own name; for those who may, anybody's. */
import { useEffect, useId, useState } from 'preact/hooks';
import { call } from '../../api.ts';
import { ApiProblem } from '../../http.ts';
import { t } from '../../i18n/language.ts';
import { may } from '../../session.ts';

/** Suggestions, not a limit: any existing name can be typed. */
const SUGGESTED_MAX = 200;

interface ChoosePlayerProps {
  me: string;
  player: string;
  onChange: (player: string) => void;
}

export function ChoosePlayer({ me, player, onChange }: ChoosePlayerProps) {
  const id = useId();
  const names = usePlayerNames(may('pairing.others'));
  if (!may('pairing.others')) return <p class="who-plays">{t('pair.playerMe', { name: me })}</p>;
  return (
    <div class="fieldset">
      <label for={id}>{t('pair.playerList')}</label>
      <div class="input">
        <input
          id={id}
          list={`${id}-names`}
          value={player}
          maxLength={32}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      </div>
      <datalist id={`${id}-names`}>
        {[me, ...names.filter((name) => name !== me)].map((name) => (
          <option key={name} value={name}>
            {name === me ? t('pair.playerMe', { name }) : name}
          </option>
        ))}
      </datalist>
    </div>
  );
}

/** Everybody for those who manage people; else those who have played. */
function usePlayerNames(isWanted: boolean): readonly string[] {
  const [names, setNames] = useState<readonly string[]>([]);
  useEffect(() => {
    if (!isWanted) return;
    suggestedNames()
      .then(setNames)
      .catch((error: unknown) => {
        // only suggestions: without them the name is typed
        if (!(error instanceof ApiProblem)) throw error;
      });
  }, [isWanted]);
  return names;
}

async function suggestedNames(): Promise<string[]> {
  const query = { limit: SUGGESTED_MAX };
  const { items } = may('people.manage')
    ? await call('GET /api/v1/users', { query })
    : await call('GET /api/v1/leaderboard', { query });
  return items.map(({ username }) => username);
}
