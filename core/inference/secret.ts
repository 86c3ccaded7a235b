import { inspect } from 'node:util';

/** Holds a key so that it cannot slip into a text: printing, logging or serialising it shows what it is and not what it says. */
export class Secret {
  readonly #value: string;
  constructor(value: string) { this.#value = value; }
  /** The key itself, for the one request that needs it. */
  reveal(): string { return this.#value; }
  toString(): string { return '[key]'; }
  toJSON(): string { return '[key]'; }
  [inspect.custom](): string { return '[key]'; }
}
