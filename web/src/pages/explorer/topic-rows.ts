/** The tree of topics as far as it is open: alphabetical, in place whatever arrives. Pure but for its own memory. */

import type { TopicNode, TopicsPage } from '../../../../hub/contract/topic.ts';
import { compareNames } from '../../../../hub/contract/topics.ts';

/** What is above everything else. */
export const ROOT = null;
export type Place = string | typeof ROOT;

export interface TopicRow {
  readonly node: TopicNode;
  /** What of the name is shown: its last level, or in a list of matches all of it. */
  readonly name: string;
  readonly depth: number;
  readonly isOpen: boolean;
}
/** There are more children than were fetched. */
export interface MoreRow {
  readonly more: Place;
  readonly cursor: string;
  readonly depth: number;
}
export type Row = TopicRow | MoreRow;

interface Children {
  /** Whole names, in order. */
  topics: string[];
  cursor: string | undefined;
}

/** Topics kept beyond those on the screen; a tree that grew larger than this is fetched anew. */
export const NODES_MAX = 20_000;

export class TopicRows {
  readonly #nodes = new Map<string, TopicNode>();
  readonly #children = new Map<Place, Children>();
  readonly #open = new Set<string>();

  /** Places whose children are shown, the outer ones first. */
  get shown(): Place[] {
    return [ROOT, ...this.opened];
  }

  get opened(): string[] {
    return [...this.#open].sort(compareNames);
  }

  node(topic: string): TopicNode | undefined {
    return this.#nodes.get(topic);
  }

  isOpen(topic: string): boolean {
    return this.#open.has(topic);
  }

  open(topic: string): void {
    this.#open.add(topic);
  }

  close(topic: string): void {
    this.#open.delete(topic);
  }

  openOnly(topics: Iterable<string>): void {
    this.#open.clear();
    for (const topic of topics) this.#open.add(topic);
  }

  clear(): void {
    this.#nodes.clear();
    this.#children.clear();
  }

  /** A page of children: the first one replaces what was known. */
  take(place: Place, { items, nextCursor }: Pick<TopicsPage, 'items' | 'nextCursor'>, isFirst: boolean): void {
    const known = isFirst ? [] : (this.#children.get(place)?.topics ?? []);
    const names = new Set(known);
    for (const node of items) {
      this.#nodes.set(node.topic, node);
      names.add(node.topic);
    }
    this.#children.set(place, { topics: [...names].sort(compareNames), cursor: nextCursor });
  }

  /** As it is now. False: it is new, and `insert` would show it. */
  update(node: TopicNode): boolean {
    if (!this.#nodes.has(node.topic)) return !this.#isWanted(node.topic);
    this.#nodes.set(node.topic, node);
    return true;
  }

  insert(node: TopicNode): void {
    const children = this.#children.get(parentOf(node.topic));
    this.#nodes.set(node.topic, node);
    if (children === undefined || children.topics.includes(node.topic)) return;
    const at = children.topics.findIndex((topic) => compareNames(topic, node.topic) > 0);
    children.topics.splice(at === -1 ? children.topics.length : at, 0, node.topic);
  }

  remove(topic: string): void {
    this.#nodes.delete(topic);
    const children = this.#children.get(parentOf(topic));
    if (children !== undefined) children.topics = children.topics.filter((one) => one !== topic);
  }

  rows(): Row[] {
    const rows: Row[] = [];
    const add = (place: Place, depth: number): void => {
      const children = this.#children.get(place);
      if (children === undefined) return;
      for (const topic of children.topics) {
        const node = this.#nodes.get(topic);
        if (node === undefined) continue;
        const isOpen = node.hasChildren && this.#open.has(topic);
        rows.push({ node, name: lastLevel(topic), depth, isOpen });
        if (isOpen) add(topic, depth + 1);
      }
      if (children.cursor !== undefined) rows.push({ more: place, cursor: children.cursor, depth });
    };
    add(ROOT, 0);
    return rows;
  }

  /** Its place is open and fetched, and it lies within what was fetched. */
  #isWanted(topic: string): boolean {
    const children = this.#children.get(parentOf(topic));
    if (children === undefined || this.#nodes.size >= NODES_MAX) return false;
    const last = children.topics.at(-1);
    return children.cursor === undefined || (last !== undefined && compareNames(topic, last) < 0);
  }
}

export const isMore = (row: Row): row is MoreRow => 'more' in row;

export function parentOf(topic: string): Place {
  const at = topic.lastIndexOf('/');
  return at === -1 ? ROOT : topic.slice(0, at);
}

export const lastLevel = (topic: string): string => topic.slice(topic.lastIndexOf('/') + 1);

/** Everything above a topic, the outermost first. */
export function placesAbove(topic: string): string[] {
  const levels = topic.split('/');
  return levels.slice(1).map((_, at) => levels.slice(0, at + 1).join('/'));
}
