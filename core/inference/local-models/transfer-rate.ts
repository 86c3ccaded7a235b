const WINDOW_MS = 5_000;

/** Bytes per second over the last seconds. Times are milliseconds of any clock that only goes forward. */
export class TransferRate {
  readonly #marks: { at: number; bytes: number }[] = [];
  #total = 0;

  add(bytes: number, now: number): void {
    this.#total += bytes;
    const last = this.#marks.at(-1);
    // A mark each tenth of a second is plenty and keeps the list short.
    if (last && now - last.at < 100) last.bytes = this.#total;
    else this.#marks.push({ at: now, bytes: this.#total });
    while (this.#marks.length > 2 && now - (this.#marks[1]?.at ?? now) > WINDOW_MS) this.#marks.shift();
  }

  /** Null until there is something to measure. */
  perSecond(now: number): number | null {
    const first = this.#marks[0];
    if (!first || now - first.at < 250) return null;
    return Math.round(((this.#total - first.bytes) * 1000) / (now - first.at));
  }
}
