/**
 * A map that forgets what was not asked for lately, in two generations: when the young one is full it becomes the old
 * one, and what is found in the old one moves up. As cheap as a Map at every hit, and never more than `2 × max` keys,
 * whoever chooses them.
 */
export class RecentMap<K, V> {
  private young = new Map<K, V>();
  private old = new Map<K, V>();

  constructor(private readonly max: number) {}

  get(key: K): V | undefined {
    const value = this.young.get(key);
    if (value !== undefined) return value;
    const kept = this.old.get(key);
    if (kept !== undefined) this.set(key, kept);
    return kept;
  }

  set(key: K, value: V): void {
    if (this.young.size >= this.max && !this.young.has(key)) this.turn();
    this.young.set(key, value);
  }

  /** The young generation grows old; the old one is gone. */
  turn(): void {
    this.old = this.young;
    this.young = new Map();
  }

  get size(): number {
    return this.young.size + this.old.size;
  }
}
