import { randomBytes } from 'node:crypto';

/** Where time comes from; milliseconds since the epoch. Injected so that every engine test is exact. */
export interface Clock { now(): number }
/** Where randomness comes from; a number in [0, 1). */
export interface Rng { next(): number }
/** Where ids come from: unique, URL-safe, sorting by creation within one source. */
export interface Ids { next(prefix: string): string }

export const systemClock: Clock = { now: () => Date.now() };
export const systemRng: Rng = { next: () => Math.random() };

/** A clock that stands still until it is moved; for tests and test mode. */
export class SettableClock implements Clock {
  #now: number;
  constructor(start: string | number) { this.#now = new Date(start).getTime(); }
  now(): number { return this.#now; }
  set(instant: string | number): void { this.#now = new Date(instant).getTime(); }
  advance(ms: number): void { this.#now += ms; }
}

/** mulberry32 (public domain, T. Ettinger): small, seedable, good enough for choosing questions and phrases. */
export function seededRng(seed: number): Rng {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    },
  };
}

/** FNV-1a: turns a text into a seed, so that the same set-up gives the same plan. */
export function seedFrom(text: string): number {
  let hash = 2166136261;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 16777619) >>> 0;
  return hash;
}

/** A number in [0, 1) that is always the same for one unit of one experiment, and looks random over units. */
export const stickyShare = (experiment: string, unit: string): number => seededRng(seedFrom(`${experiment}\n${unit}`)).next();

/** Ids from the clock and random bytes. */
export function systemIds(clock: Clock): Ids {
  return { next: (prefix) => `${prefix}-${clock.now().toString(36)}-${randomBytes(6).toString('hex')}` };
}

/** Ids that count up from `after`: the same run gives the same ids. */
export function countingIds(after = 0): Ids {
  let count = after;
  return { next: (prefix) => `${prefix}-${String(++count).padStart(6, '0')}` };
}

export const isoFrom = (ms: number): string => new Date(ms).toISOString();
