/** A place in a JSON document: names of fields and indices of lists, from the top. */
export type JsonPath = readonly (string | number)[];
export type JsonDocument = { ok: true; value: unknown; lineOf: (path: JsonPath) => number } | { ok: false; line: number; reason: string };

const MAX_DEPTH = 64;
const LITERALS = new Map<string, unknown>([['true', true], ['false', false], ['null', null]]);
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const WORD = /[A-Za-z]+/y;

class Mistake extends Error {
  readonly at: number;
  constructor(at: number, reason: string) { super(reason); this.at = at; }
}

/**
 * Reads JSON (RFC 8259) and remembers on which line each field stands, counted from 1; `JSON.parse` tells neither lines of values nor,
 * for most mistakes, of the mistake. Never throws; reasons do not quote what the file holds.
 */
export function parseJsonDocument(source: string): JsonDocument {
  const text = source.replace(/^\uFEFF/, '');
  const lines = new Map<string, number>();
  let at = 0;
  let counted = 0;
  let line = 1;

  try {
    const value = readValue([], 0);
    skipSpace();
    if (at < text.length) throw new Mistake(at, 'something follows after the end of the document');
    return { ok: true, value, lineOf };
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return { ok: false, line: 1 + (text.slice(0, error.at).match(/\n/g)?.length ?? 0), reason: error.message };
  }

  function readValue(path: JsonPath, depth: number): unknown {
    if (depth > MAX_DEPTH) throw new Mistake(at, 'it is nested too deeply');
    skipSpace();
    const key = JSON.stringify(path);
    if (!lines.has(key)) lines.set(key, lineAt(at));
    const next = text[at];
    if (next === '{') return readObject(path, depth);
    if (next === '[') return readList(path, depth);
    if (next === '"') return readString();
    const number = match(NUMBER);
    if (number !== undefined) return Number(number);
    const start = at;
    const word = match(WORD);
    if (word !== undefined && LITERALS.has(word)) return LITERALS.get(word);
    throw new Mistake(start, at >= text.length ? 'the file ends too early' : 'a value is expected here');
  }

  function readObject(path: JsonPath, depth: number): unknown {
    const fields = new Map<string, unknown>();
    at++;
    for (let first = true; !ends('}', first); first = false) {
      if (text[at] !== '"') throw new Mistake(at, text[at] === '}' ? 'a comma too many stands before "}"' : 'the name of a field in double quotes is expected here');
      const start = at;
      const name = readString();
      if (fields.has(name)) throw new Mistake(start, `"${name}" stands here twice`);
      lines.set(JSON.stringify([...path, name]), lineAt(start));
      skipSpace();
      if (text[at] !== ':') throw new Mistake(at, `a colon is expected after "${name}"`);
      at++;
      fields.set(name, readValue([...path, name], depth + 1));
    }
    return Object.fromEntries(fields);
  }

  function readList(path: JsonPath, depth: number): unknown[] {
    const list: unknown[] = [];
    at++;
    for (let first = true; !ends(']', first); first = false) {
      if (text[at] === ']') throw new Mistake(at, 'a comma too many stands before "]"');
      list.push(readValue([...path, list.length], depth + 1));
    }
    return list;
  }

  /** Moves over the comma to the next entry, or over the end. */
  function ends(close: '}' | ']', first: boolean): boolean {
    skipSpace();
    if (text[at] === close) { at++; return true; }
    if (first) return false;
    if (text[at] !== ',') throw new Mistake(at, at >= text.length ? `the file ends before "${close}"` : `a comma or "${close}" is expected here`);
    at++;
    skipSpace();
    return false;
  }

  function readString(): string {
    const start = at;
    const found = match(STRING);
    if (found === undefined) throw new Mistake(start, 'a text is not closed with a double quote, or holds a character that has to be escaped');
    return JSON.parse(found) as string;
  }

  function skipSpace(): void {
    while (at < text.length && ' \t\r\n'.includes(text[at] as string)) at++;
  }

  function match(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  }

  /** Positions are asked in growing order, so each line break is counted once. */
  function lineAt(position: number): number {
    for (; counted < position; counted++) if (text[counted] === '\n') line++;
    return line;
  }

  function lineOf(path: JsonPath): number {
    for (let length = path.length; length >= 0; length--) {
      const found = lines.get(JSON.stringify(path.slice(0, length)));
      if (found !== undefined) return found;
    }
    return 1;
  }
}
