import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One server-sent event of a recorded stream; `data` is parsed, or the text itself where it is no JSON (`[DONE]`). */
export interface RecordedEvent { event?: string; data: unknown }

/** Whole exchanges in the form of recordings, written by hand after the SDKs' types; no key was used, so real servers may differ in details. */
const folder = join(import.meta.dirname, 'fixtures');

export const readJson = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

/** @returns the events of a recorded stream, in order */
export function readEvents(name: string): RecordedEvent[] {
  return readFileSync(join(folder, name), 'utf8').split('\n\n').filter((block) => block.trim() !== '').map((block) => {
    const event = /^event: (.*)$/m.exec(block)?.[1];
    const text = /^data: (.*)$/m.exec(block)?.[1] ?? '';
    return { ...(event !== undefined && { event }), data: text.startsWith('{') ? (JSON.parse(text) as unknown) : text };
  });
}

/** The event as it goes over the wire. A lone half of a surrogate pair goes out escaped, as JSON has it. */
export const written = ({ event, data }: RecordedEvent): string => `${event === undefined ? '' : `event: ${event}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

type Path = readonly (string | number)[];

/** A copy with other values at some places. */
export function withValues<T>(value: T, changes: readonly (readonly [path: Path, to: unknown])[]): T {
  const copy = structuredClone(value);
  for (const [path, to] of changes) {
    const parent = at(copy, path.slice(0, -1)) as Record<string | number, unknown>;
    const last = path.at(-1);
    if (last !== undefined) parent[last] = to;
  }
  return copy;
}

/** What stands at a place; undefined when the way there ends before. */
export const at = (value: unknown, path: Path): unknown => path.reduce<unknown>((here, step) => (typeof here === 'object' && here !== null ? (here as Record<string | number, unknown>)[step] : undefined), value);

/** The one event of a recording that has something at a place. */
export function eventWith(events: readonly RecordedEvent[], path: Path, value?: unknown): RecordedEvent {
  const found = events.find(({ data }) => { const there = at(data, path); return value === undefined ? there !== undefined && there !== null && there !== '' : there === value; });
  if (!found) throw new Error(`the recording has nothing at ${path.join('.')}`);
  return found;
}
