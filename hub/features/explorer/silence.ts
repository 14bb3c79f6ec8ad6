/** Topics in the order in which they were last heard: every step is a few pointers, whatever their number. */
import type { TopicNode } from './topic-node.ts';

export class Silence {
  #newest: TopicNode | undefined;
  #oldest: TopicNode | undefined;

  get oldest(): TopicNode | undefined {
    return this.#oldest;
  }

  /** As the one heard last. */
  add(node: TopicNode): void {
    node.older = this.#newest;
    node.newer = undefined;
    if (this.#newest === undefined) this.#oldest = node;
    else this.#newest.newer = node;
    this.#newest = node;
  }

  heard(node: TopicNode): void {
    if (this.#newest === node) return;
    this.remove(node);
    this.add(node);
  }

  remove(node: TopicNode): void {
    const { newer, older } = node;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    node.newer = undefined;
    node.older = undefined;
  }
}
