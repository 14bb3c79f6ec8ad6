/** What the Explorer's tree shows: fetched place by place, kept live, held still while somebody points at it or pauses. */
import { batch, signal } from '@preact/signals';
import type { LiveTopics } from '../../../../hub/contract/live.ts';
import type { TopicNode } from '../../../../hub/contract/topic.ts';
import { LIVE_TOPICS } from '../../../../hub/contract/topics.ts';
import { call } from '../../api.ts';
import { ApiProblem } from '../../http.ts';
import { onLive } from '../../live/subscribe.ts';
import { attempt } from '../../parts/attempt.ts';
import type { Loading } from '../../state/loading.ts';
import { type Place, placesAbove, ROOT, type Row, TopicRows } from './topic-rows.ts';

/** Matches are asked for again at most so often while topics change. */
const SEARCH_AGAIN_MS = 3000;
/** Changes that wait for the end of a pause; a longer pause ends with fetching everything anew. */
const HELD_MAX = 5000;

const rowsOfTree = new TopicRows();
/** Pages of what matches that are shown: as much as the tree holds. */
const SEARCH_PAGES_MAX = 40;
/** What was open before a filter took over. */
let opened: readonly string[] = [];

export const rows = signal<readonly Row[]>([]);
export const treeLoading = signal<Loading>({ kind: 'loading' });
/** Topics in all, and those that match the filter. */
export const topicsTotal = signal(0);
export const matchesTotal = signal(0);
export const isPaused = signal(false);
/** Updates that came while paused. */
export const heldUpdates = signal(0);
/** Topics that would move others and wait until nobody points at the tree. */
export const heldTopics = signal(0);
/** Places that changed and were left out of the last message. */
export const leftOut = signal(0);

let filter = '';
/** Of what matches the filter. */
let pagesWanted = 1;
let isPointedAt = false;
let held = new Map<string, TopicNode>();
let isLost = false;
let arrivals = new Map<string, TopicNode>();
let searching: ReturnType<typeof setTimeout> | undefined;
let running = new AbortController();

/** Follows the tree until the returned function is called. */
export function startTree(): () => void {
  rowsOfTree.clear();
  treeLoading.value = { kind: 'loading' };
  void reloadTree();
  const stop = onLive<LiveTopics>(LIVE_TOPICS, take);
  return () => {
    stop();
    running.abort();
    clearTimeout(searching);
    searching = undefined;
    resume();
  };
}

export function setFilter(typed: string): void {
  if (filter === typed) return;
  if (filter === '') opened = rowsOfTree.opened;
  filter = typed;
  pagesWanted = 1;
  if (typed === '') rowsOfTree.openOnly(opened);
  rowsOfTree.clear();
  void reloadTree();
}

export async function reloadTree(): Promise<void> {
  running.abort();
  const mine = new AbortController();
  running = mine;
  if (treeLoading.peek().kind === 'failed') treeLoading.value = { kind: 'loading' };
  try {
    if (filter === '') for (const place of rowsOfTree.shown) await fetchPlace(place, mine.signal);
    else await search(mine.signal);
    if (mine.signal.aborted) return;
    arrivals.clear();
    batch(() => {
      treeLoading.value = { kind: 'ready' };
      show();
    });
  } catch (error) {
    if (mine.signal.aborted) return;
    if (!(error instanceof ApiProblem)) throw error;
    treeLoading.value = { kind: 'failed', problem: error };
  }
}

export async function toggle(topic: string): Promise<void> {
  await unlessGone(async () => {
    if (rowsOfTree.isOpen(topic)) rowsOfTree.close(topic);
    else await openPlace(topic);
    show();
  });
}

/** What the hub refuses is said; a place that is not wanted any more is not worth a word. */
async function unlessGone(work: () => Promise<void>): Promise<void> {
  try {
    await attempt(work);
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== 'AbortError') throw error;
  }
}

async function openPlace(topic: string): Promise<void> {
  rowsOfTree.open(topic);
  if (filter === '') await fetchPlace(topic, running.signal);
}

/** Opens everything above a topic, so that it is seen. */
export async function reveal(topic: string): Promise<void> {
  if (filter !== '') return;
  await unlessGone(async () => {
    for (const place of placesAbove(topic)) if (!rowsOfTree.isOpen(place)) await openPlace(place);
    show();
  });
}

export async function fetchMore(place: Place, cursor: string): Promise<void> {
  if (filter !== '') {
    pagesWanted++;
    await unlessGone(async () => {
      await search(running.signal);
      show();
    });
    return;
  }
  const query = { cursor, ...(place === ROOT ? {} : { prefix: place }) };
  await unlessGone(async () => {
    rowsOfTree.take(place, await call('GET /api/v1/topics', { query, signal: running.signal }), false);
    show();
  });
}

export function pause(): void {
  isPaused.value = !isPaused.value;
  if (!isPaused.value) resume();
}

/** The pointer or the focus has come or gone. */
export function setPointedAt(now: boolean): void {
  isPointedAt = now;
  if (!now) showArrivals();
}

export function showArrivals(): void {
  for (const node of arrivals.values()) rowsOfTree.insert(node);
  arrivals = new Map();
  show();
}

function resume(): void {
  const nodes = [...held.values()];
  held = new Map();
  batch(() => {
    isPaused.value = false;
    heldUpdates.value = 0;
  });
  if (isLost) void reloadTree();
  else apply(nodes, []);
  isLost = false;
}

async function fetchPlace(place: Place, signal: AbortSignal): Promise<void> {
  const page = await call('GET /api/v1/topics', { query: place === ROOT ? {} : { prefix: place }, signal });
  topicsTotal.value = page.total;
  rowsOfTree.take(place, page, true);
}

/** Every match, with the places above it, all open. */
/** Every page again that was asked for: what matches may have changed. */
async function search(signal: AbortSignal): Promise<void> {
  const items: TopicNode[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pagesWanted && (page === 0 || cursor !== undefined); page++) {
    const query = { q: filter, ...(cursor === undefined ? {} : { cursor }) };
    const found = await call('GET /api/v1/topics', { query, signal });
    items.push(...found.items);
    cursor = found.nextCursor;
    matchesTotal.value = found.total;
  }
  showFound(items, pagesWanted < SEARCH_PAGES_MAX ? cursor : undefined);
}

function showFound(items: readonly TopicNode[], nextCursor: string | undefined): void {
  const children = new Map<Place, TopicNode[]>();
  const places = new Set<string>();
  const found = new Map(items.map((node) => [node.topic, node]));
  for (const node of items) {
    for (const place of placesAbove(node.topic)) places.add(place);
  }
  for (const place of places) if (!found.has(place)) found.set(place, placeholder(place));
  for (const node of found.values()) {
    const at = node.topic.lastIndexOf('/');
    const parent = at === -1 ? ROOT : node.topic.slice(0, at);
    children.set(parent, [...(children.get(parent) ?? []), { ...node, hasChildren: places.has(node.topic) }]);
  }
  rowsOfTree.clear();
  for (const [place, nodes] of children) if (place !== ROOT) rowsOfTree.take(place, { items: nodes }, true);
  const more = nextCursor === undefined ? {} : { nextCursor };
  rowsOfTree.take(ROOT, { items: children.get(ROOT) ?? [], ...more }, true);
  rowsOfTree.openOnly(places);
}

/** A place above a match: what it says itself is not asked for. */
const placeholder = (topic: string): TopicNode => {
  return { topic, messages: 0, topics: 0, hasChildren: true, lastMs: null, value: null };
};

const isPlaceholder = ({ messages, lastMs, value }: TopicNode): boolean =>
  messages === 0 && lastMs === null && value === null;

function take({ snapshot, nodes, removed, more, total }: LiveTopics): void {
  topicsTotal.value = total;
  leftOut.value = more;
  if (snapshot) {
    if (treeLoading.value.kind === 'ready') void reloadTree();
    return;
  }
  if (!isPaused.value) {
    apply(nodes, removed);
    return;
  }
  heldUpdates.value += nodes.length;
  isLost ||= removed.length > 0 || held.size + nodes.length > HELD_MAX;
  if (!isLost) for (const node of nodes) held.set(node.topic, node);
}

function apply(nodes: readonly TopicNode[], removed: readonly string[]): void {
  let isNew = false;
  for (const node of nodes) {
    // What matches is the hub's business: a node of a search keeps the shape of its place.
    const known = filter === '' ? undefined : rowsOfTree.node(node.topic);
    if (known !== undefined && isPlaceholder(known)) continue;
    const shown = known === undefined ? node : { ...node, hasChildren: known.hasChildren };
    if (filter !== '' && known === undefined) isNew = true;
    else if (!rowsOfTree.update(shown)) arrivals.set(shown.topic, shown);
  }
  if (isNew) searchSoon();
  if (removed.length > 0 && !isPointedAt) for (const topic of removed) rowsOfTree.remove(topic);
  if (!isPointedAt && arrivals.size > 0) showArrivals();
  else show();
}

function searchSoon(): void {
  searching ??= setTimeout(() => {
    searching = undefined;
    if (filter !== '' && !isPaused.value && !isPointedAt) void reloadTree();
  }, SEARCH_AGAIN_MS);
}

function show(): void {
  batch(() => {
    rows.value = rowsOfTree.rows();
    heldTopics.value = arrivals.size;
  });
}
