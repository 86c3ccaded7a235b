import { EngineError } from '../contract/errors.ts';
import { isoFrom, type Clock } from '../sources.ts';
import type { Store } from '../storage/store.ts';
import type { Prompt, PromptRef, Prompts, PromptUse } from './prompt.ts';
import type { PromptPin, PromptRepository } from './prompt-repository.ts';

/** Sessions or words that are remembered at most. */
const REMEMBERED = 500;

/** What a session that begins now is given. */
export interface Choice { prompt: Prompt; experiment: string | null }
export interface SessionPinsOptions {
  store: Store; repository: PromptRepository; clock: Clock;
  choose(sessionId: string, id: string): Choice | undefined;
  current(id: string): Prompt | undefined;
  /** The words behind a hash under the name they were pinned with; undefined when nobody has them in a form that can be used. */
  words(ref: PromptRef): Prompt | undefined;
  /** Words of a hash that are not only in the database. */
  shelved(hash: string): Prompt | undefined;
}

export interface SessionPins extends Pick<Prompts, 'forSession' | 'pin' | 'recordUse' | 'recordOutcome'> {
  /** After the person deleted or replaced the data. */
  forget(): void;
}

/**
 * Which words each session keeps, and what came of them. Pins are asked of the database each time (one look-up by key), so a
 * transaction that is rolled back takes its pins with it; only words are remembered, and a hash never means other words.
 */
export function createSessionPins(options: SessionPinsOptions): SessionPins {
  const { store, repository, clock, choose, current } = options;
  const words = new Map<string, Prompt>();
  /** What sessions were given that no disk took: they keep it at least while the app runs. */
  const unsaved = new Map<string, Choice>();

  return {
    forSession(sessionId, id) {
      const pin = repository.pinOf(sessionId, id);
      if (pin) return wordsOf(pin) ?? current(id);
      const key = keyOf(sessionId, id);
      const choice = unsaved.get(key) ?? choose(sessionId, id);
      if (!choice) return undefined;
      const alone = !store.sql.inTransaction;
      try {
        save(sessionId, choice);
        if (alone) unsaved.delete(key);
      } catch (error) {
        // Within somebody's transaction that one is lost, and its owner has to know.
        if (!alone || !diskRefused(error)) throw error;
        remember(unsaved, key, choice);
      }
      return choice.prompt;
    },

    pin(sessionId, ids) {
      store.write(() => {
        for (const id of ids) {
          const choice = repository.pinOf(sessionId, id) ? undefined : unsaved.get(keyOf(sessionId, id)) ?? choose(sessionId, id);
          if (choice) save(sessionId, choice);
        }
      });
    },

    recordUse(use) {
      store.write(() => {
        const at = isoFrom(clock.now());
        const experiments = new Map<string, string>();
        for (const ref of use.prompts) {
          const pin = pinForUse(use, ref.id);
          const pinned = pin?.version === ref.version && pin.hash === ref.hash;
          if (pinned && pin.experiment !== null) experiments.set(ref.id, pin.experiment);
          const shelved = pinned ? undefined : options.shelved(ref.hash);
          if (shelved) repository.keepWords(shelved, at);
        }
        repository.recordUse(use, experiments, at);
      });
    },

    recordOutcome: (sessionId, subject, outcome) => repository.recordOutcome(sessionId, subject, outcome),
    forget() { words.clear(); unsaved.clear(); },
  };

  function save(sessionId: string, { prompt, experiment }: Choice): void {
    const at = isoFrom(clock.now());
    store.write(() => {
      repository.keepWords(prompt, at);
      repository.pin(sessionId, { id: prompt.id, version: prompt.version, hash: prompt.hash, experiment }, at);
    });
  }

  /** A disk that takes the use now takes the pin that it refused before, too. */
  function pinForUse({ sessionId }: PromptUse, id: string): PromptPin | undefined {
    const choice = unsaved.get(keyOf(sessionId, id));
    if (choice && !repository.pinOf(sessionId, id)) save(sessionId, choice);
    return repository.pinOf(sessionId, id);
  }

  function wordsOf(pin: PromptPin): Prompt | undefined {
    const key = keyOf(pin.id, pin.version, pin.hash);
    const found = words.get(key) ?? options.words(pin);
    if (found) remember(words, key, found);
    return found;
  }
}

const keyOf = (...parts: string[]): string => JSON.stringify(parts);
const diskRefused = (error: unknown): boolean => error instanceof EngineError && (error.code === 'STORAGE_FULL' || error.code === 'STORAGE_FAILED');

/** Forgets what was not asked for the longest. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > REMEMBERED && oldest !== undefined) map.delete(oldest);
}
