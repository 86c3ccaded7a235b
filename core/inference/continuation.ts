/** Shorter repetitions are chance. */
const SHORTEST_OVERLAP = 12;
/** How far back a model may begin again. */
const LONGEST_OVERLAP = 8_000;
/** A first word longer than this is not waited for. */
const LONGEST_FIRST_WORD = 24;
const SHORTEST_CUT_WORD = 3;

/**
 * Joins what the next model says to what was said before the break: a repeated tail is dropped, a word cut in half is completed,
 * and a space stands where one belongs. Text is held back only while it could still be a repetition.
 */
export class Continuation {
  readonly #said: string;
  readonly #exact: boolean;
  #held = '';
  #joined = false;

  /** @param exact the model continues the very text, so that its first characters belong right behind the last ones */
  constructor(said: string, exact: boolean) { this.#said = said; this.#exact = exact; }

  push(text: string): string {
    if (this.#joined) return text;
    this.#held += text;
    const fresh = this.#held.trimStart();
    if (fresh === '' || this.#couldRepeat(fresh)) return '';
    return this.#join();
  }

  /** What is still held back when the stream is over. */
  flush(): string { return this.#joined ? '' : this.#join(); }

  #couldRepeat(fresh: string): boolean {
    if (fresh.length >= LONGEST_OVERLAP) return false;
    if (this.#said.slice(-LONGEST_OVERLAP).includes(fresh)) return true;
    return !this.#exact && !/\s/.test(fresh) && fresh.length < LONGEST_FIRST_WORD;
  }

  #join(): string {
    this.#joined = true;
    const [held, fresh] = [this.#held, this.#held.trimStart()];
    this.#held = '';
    if (fresh === '') return '';
    const overlap = overlapLength(this.#said, fresh);
    if (overlap > 0) return gap(this.#said, fresh.slice(overlap));
    if (/\s$/.test(this.#said)) return held.slice(0, held.length - fresh.length).includes('\n') ? held : fresh;
    if (held !== fresh || this.#exact) return held;
    const [cut, first] = [/[\p{L}\p{N}]+$/u.exec(this.#said)?.[0] ?? '', /^[\p{L}\p{N}]+/u.exec(fresh)?.[0] ?? ''];
    if (cut.length >= SHORTEST_CUT_WORD && first.toLowerCase().startsWith(cut.toLowerCase())) return fresh.slice(cut.length);
    return gap(this.#said, /^[\p{L}\p{N}("'“‘¿¡*`-]/u.test(fresh) && this.#said !== '' ? ` ${fresh}` : fresh);
  }
}

/** Length of the longest beginning of `next` that is also the end of `said`; 0 when it is too short to mean anything. */
export function overlapLength(said: string, next: string): number {
  const tail = said.trimEnd();
  for (let length = Math.min(tail.length, next.length, LONGEST_OVERLAP); length >= SHORTEST_OVERLAP; length--) {
    if (tail.endsWith(next.slice(0, length))) return length;
  }
  return 0;
}

/** No double space at the seam. */
const gap = (said: string, rest: string): string => (/\s$/.test(said) ? rest.replace(/^[ \t]+/, '') : rest);
