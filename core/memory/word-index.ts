import type { Store } from '../storage/store.ts';

/** Where a term stands: one number for each occurrence, in the order of the passages. See `chunkOf` and `inHeading`. */
export type Occurrences = readonly number[];
export const chunkOf = (occurrence: number): number => Math.floor(occurrence / 2);
export const inHeading = (occurrence: number): boolean => occurrence % 2 === 1;

/** What the length of passages is compared with: how many there are, and their terms together. */
export interface WordStatistics { passages: number; headingTerms: number; textTerms: number }

/** As the table of `memory_text` cuts and stems words. */
const TOKENIZER = "tokenize = 'porter unicode61 remove_diacritics 2'";
/** Around what was found. No text that is meant to be read holds these: Unicode sets them aside for use inside a program. */
const OPENING = '\uFDD0', CLOSING = '\uFDD1';
const WORDS_REMEMBERED = 5_000;

/**
 * What the full-text index of passages (FTS5) knows about words. Terms are cut and stemmed by FTS5 itself, also those of a query and of a passage
 * that is shown, so that nothing can differ between them.
 */
export class WordIndex {
  readonly #store: Store;
  readonly #terms = new Map<string, readonly string[]>();
  readonly #lengths = new PassageLengths();

  constructor(store: Store) {
    this.#store = store;
    store.sql.exec(`
      CREATE VIRTUAL TABLE IF NOT EXISTS temp.memory_term USING fts5vocab (main, memory_text, instance);
      CREATE VIRTUAL TABLE IF NOT EXISTS temp.memory_term_row USING fts5vocab (main, memory_text, row);
      CREATE VIRTUAL TABLE IF NOT EXISTS temp.memory_words USING fts5 (text, ${TOKENIZER});
      CREATE VIRTUAL TABLE IF NOT EXISTS temp.memory_words_term USING fts5vocab (temp, memory_words, instance);
    `);
  }

  /** The terms of each word; none for what the index skips. */
  termsOf(words: readonly string[]): (readonly string[])[] {
    const unknown = [...new Set(words)].filter((word) => !this.#terms.has(word));
    if (unknown.length > 0) {
      if (this.#terms.size + unknown.length > WORDS_REMEMBERED) this.#terms.clear();
      const found = this.#tokenized(unknown, () => this.#store.prepare<{ word: number; term: string }, []>('SELECT doc AS word, term FROM temp.memory_words_term').all());
      const terms = unknown.map((): string[] => []);
      for (const { word, term } of found) terms[word - 1]?.push(term);
      unknown.forEach((word, at) => this.#terms.set(word, terms[at] ?? []));
    }
    return words.map((word) => this.#terms.get(word) ?? this.termsOf([word])[0] ?? []);
  }

  /** Where a term stands in all passages, what this transaction added included. */
  occurrences(term: string): Occurrences {
    return this.#store.prepare<number, [string]>("SELECT doc * 2 + (col = 'heading') FROM temp.memory_term WHERE term = ?").pluck().all(term) as number[];
  }

  /** In how many passages a term stands. */
  passagesWith(term: string): number {
    return this.#store.prepare<{ doc: number }, [string]>('SELECT doc FROM temp.memory_term_row WHERE term = ?').get(term)?.doc ?? 0;
  }

  /** FTS5's own counts, which it keeps for its bm25(): three varints in the record with number 1. */
  statistics(): WordStatistics {
    const block = this.#store.prepare<Buffer, []>('SELECT block FROM main.memory_text_data WHERE id = 1').pluck().get() as Buffer | undefined;
    const [passages = 0, headingTerms = 0, textTerms = 0] = varints(block ?? Buffer.alloc(0));
    return { passages, headingTerms, textTerms };
  }

  /**
   * How many terms passages have. Kept in memory: a passage never changes, and its number is never given again.
   * @param heading what a term of the heading counts beside one of the text
   */
  lengths(heading: number): (chunk: number) => number {
    const known = this.#lengths;
    const rows = this.#store.prepare<[number, string], [number]>('SELECT id, hex(sz) FROM main.memory_text_docsize WHERE id > ?').raw().all(known.last) as unknown as [number, string][];
    // What a transaction adds may be taken back, and its numbers given again.
    const lengths = this.#store.sql.inTransaction && rows.length > 0 ? known.copy() : known;
    for (const [chunk, sizes] of rows) lengths.add(chunk, varints(Buffer.from(sizes, 'hex')));
    return (chunk) => lengths.get(chunk, heading);
  }

  /**
   * Places in a text whose words have one of the terms that a query's words have.
   * @param queryWords as `queryWords` gives them, without any signs
   */
  places(queryWords: readonly string[], text: string): { start: number; end: number }[] {
    if (queryWords.length === 0 || text === '') return [];
    const plain = text.replace(/[\uFDD0\uFDD1]/g, ' ');
    const marked = this.#tokenized([plain], () =>
      this.#store.prepare<string, [string]>(`SELECT highlight(memory_words, 0, '${OPENING}', '${CLOSING}') FROM temp.memory_words WHERE memory_words MATCH ?`).pluck().get(quoted(queryWords)));
    return typeof marked === 'string' ? placesOf(marked) : [];
  }

  /** Rows of words, numbered from 1, in a table in memory for as long as `read` takes. */
  #tokenized<Result>(rows: readonly string[], read: () => Result): Result {
    const insert = this.#store.prepare('INSERT INTO temp.memory_words (rowid, text) VALUES (?, ?)');
    return this.#store.sql.transaction(() => {
      rows.forEach((row, at) => insert.run(at + 1, row));
      const result = read();
      this.#store.prepare('DELETE FROM temp.memory_words').run();
      return result;
    })();
  }
}

/** Any of the words, which are letters and digits: in quotes none of them is an operator. */
const quoted = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(' OR ');

function placesOf(marked: string): { start: number; end: number }[] {
  const places: { start: number; end: number }[] = [];
  let shown = 0, start = 0;
  for (const sign of marked.matchAll(/[\uFDD0\uFDD1]/g)) {
    const at = sign.index - shown++;
    if (sign[0] === OPENING) start = at;
    else places.push({ start, end: at });
  }
  return places;
}

/** SQLite's variable-length integers: seven bits a byte, the highest first, until a byte without the top bit. */
function varints(bytes: Buffer): number[] {
  const values: number[] = [];
  let value = 0;
  for (const byte of bytes) {
    value = value * 128 + (byte & 127);
    if (byte < 128) { values.push(value); value = 0; }
  }
  return values;
}

/** Two numbers for each passage, found by the passage's own number. */
class PassageLengths {
  #values = new Uint32Array(2_048);
  last = 0;

  add(chunk: number, [heading = 0, text = 0]: readonly number[]): void {
    if (2 * chunk + 1 >= this.#values.length) {
      const larger = new Uint32Array(Math.max(2 * this.#values.length, 2 * chunk + 2));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[2 * chunk] = heading;
    this.#values[2 * chunk + 1] = text;
    this.last = Math.max(this.last, chunk);
  }

  get(chunk: number, heading: number): number { return (this.#values[2 * chunk + 1] ?? 0) + heading * (this.#values[2 * chunk] ?? 0); }

  copy(): PassageLengths {
    const copy = new PassageLengths();
    copy.#values = this.#values.slice();
    copy.last = this.last;
    return copy;
  }
}
