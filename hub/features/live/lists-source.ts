/** $live/lists: which of the lists that people keep have changed; what is in them comes from the API. */
import type { LiveLists, SharedList } from '../../contract/live.ts';
import type { Source } from './channel.ts';

export class ListsSource implements Source {
  readonly #changed = new Set<SharedList>();

  changed(list: SharedList): void {
    this.#changed.add(list);
  }

  snapshot(): () => string {
    return encoded({ snapshot: true, changed: [] });
  }

  update(): () => string {
    const changed = [...this.#changed];
    this.reset();
    return encoded({ snapshot: false, changed });
  }

  reset(): void {
    this.#changed.clear();
  }
}

function encoded(message: LiveLists): () => string {
  const text = JSON.stringify(message);
  return () => text;
}
