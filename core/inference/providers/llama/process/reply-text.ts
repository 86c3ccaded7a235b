/** Turns tokens into text piece by piece. */
type Detokenize<Token> = (tokens: Token[], before: Token[]) => string;

const REPLACEMENT = '\uFFFD';
/** A character has at most four bytes, so at most four byte tokens. */
const MOST_PENDING = 4;
/** Enough for the detokenizer to decide about a leading space. */
const LOOK_BACK = 8;

/** Holds back tokens that end inside a character, so that a letter is never cut in two on its way out. */
export class CharacterJoiner<Token> {
  readonly #detokenize: Detokenize<Token>;
  #pending: Token[] = [];
  #before: Token[];

  constructor(detokenize: Detokenize<Token>, before: Token[]) {
    this.#detokenize = detokenize;
    this.#before = before.slice(-LOOK_BACK);
  }

  push(token: Token): string {
    this.#pending.push(token);
    const text = this.#detokenize(this.#pending, this.#before);
    if (text.endsWith(REPLACEMENT) && this.#pending.length < MOST_PENDING) return '';
    return this.#emit(text);
  }

  /** What is left, whole or not. */
  flush(): string { return this.#pending.length === 0 ? '' : this.#emit(this.#detokenize(this.#pending, this.#before)); }

  #emit(text: string): string {
    this.#before = [...this.#before, ...this.#pending].slice(-LOOK_BACK);
    this.#pending = [];
    return text;
  }
}

/** Lets text through up to the first stop text, holding back an end that may be the beginning of one. */
export class StopTexts {
  readonly #stops: string[];
  #held = '';
  stopped = false;

  constructor(stops: readonly string[]) { this.#stops = stops.filter((stop) => stop !== ''); }

  push(text: string): string {
    if (this.stopped) return '';
    const all = this.#held + text;
    const found = this.#stops.map((stop) => all.indexOf(stop)).filter((index) => index !== -1);
    if (found.length > 0) {
      this.stopped = true;
      this.#held = '';
      return all.slice(0, Math.min(...found));
    }
    const held = Math.max(0, ...this.#stops.map((stop) => longestStart(all, stop)));
    this.#held = all.slice(all.length - held);
    return all.slice(0, all.length - held);
  }

  flush(): string {
    const rest = this.stopped ? '' : this.#held;
    this.#held = '';
    return rest;
  }
}

/** Leaves out what a model thinks aloud between two marks, which is not part of its answer. */
export class ThoughtFilter {
  readonly #open: string;
  readonly #close: string;
  #thinking = false;
  /** White space after a thought belongs to it. */
  #trimming = false;
  #held = '';
  /** Something was left out. */
  used = false;

  /** Marks are compared without the white space around them. `thinking`: the template has opened a thought already. */
  constructor(open: string, close: string, thinking = false) {
    this.#open = open.trim();
    this.#close = close.trim();
    this.#thinking = thinking;
  }

  push(text: string): string {
    let rest = this.#held + text;
    let out = '';
    for (;;) {
      if (this.#trimming) {
        rest = rest.trimStart();
        this.#trimming = rest === '';
      }
      const mark = this.#thinking ? this.#close : this.#open;
      const index = mark === '' ? -1 : rest.indexOf(mark);
      if (index === -1) {
        const held = mark === '' ? 0 : longestStart(rest, mark);
        if (!this.#thinking) out += rest.slice(0, rest.length - held);
        this.#held = rest.slice(rest.length - held);
        return out;
      }
      if (!this.#thinking) out += rest.slice(0, index);
      rest = rest.slice(index + mark.length);
      this.#trimming = this.#thinking;
      this.#thinking = !this.#thinking;
      this.used = true;
    }
  }

  flush(): string {
    const rest = this.#thinking ? '' : this.#held;
    this.#held = '';
    return rest;
  }
}

/** How many characters at the end of `text` could be the start of `mark`. */
function longestStart(text: string, mark: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length--) if (text.endsWith(mark.slice(0, length))) return length;
  return 0;
}
