import type { Store } from '../storage/store.ts';
import { promptHash } from './prompt-file.ts';
import type { Prompt, PromptRef, PromptUse, UseOutcome } from './prompt.ts';

/** Which words a session keeps of one prompt. */
export interface PromptPin extends PromptRef {
  /** The experiment that chose them; null when the version in use did. */
  experiment: string | null;
}
/** Words as `prompt_words` keeps them; `version` is the one that had them first. */
export type KeptWords = Pick<Prompt, 'id' | 'version' | 'hash' | 'source' | 'partials'>;
type KeptRow = Omit<KeptWords, 'partials'> & { partials: string };
/** One use by a session that takes part in an experiment. */
export interface ExperimentUse {
  sessionId: string; version: string; hash: string; outcome: UseOutcome;
  rating: 'up' | 'down' | null; score: number | null; askedAgain: number;
  firstWordMs: number | null; durationMs: number | null; inputTokens: number | null; outputTokens: number | null;
}
/** What {@link Prompts.recordOutcome} is told. */
export interface UseResult { rating?: 'up' | 'down' | null; score?: number; askedAgain?: true }

/** The statements, named here so that tests can look at their plans. */
export const PROMPT_SQL = {
  keepWords: 'INSERT OR IGNORE INTO prompt_words (hash, prompt, version, source, partials, kept_at) VALUES (?, ?, ?, ?, ?, ?)',
  words: 'SELECT hash, prompt AS id, version, source, partials FROM prompt_words WHERE hash = ?',
  pin: 'INSERT OR IGNORE INTO prompt_pin (session_id, prompt, version, hash, experiment, pinned_at) VALUES (?, ?, ?, ?, ?, ?)',
  pinOf: 'SELECT prompt AS id, version, hash, experiment FROM prompt_pin WHERE session_id = ? AND prompt = ?',
  assigned: 'SELECT version, hash, count(*) AS sessions FROM prompt_pin WHERE experiment = ? AND prompt = ? GROUP BY version, hash',
  use: `INSERT INTO prompt_use (session_id, subject, prompt, version, hash, experiment, lane, place, model, outcome, first_word_ms, duration_ms, input_tokens, output_tokens, at)
    VALUES (@sessionId, @subject, @prompt, @version, @hash, @experiment, @lane, @place, @model, @outcome, @firstWordMs, @durationMs, @inputTokens, @outputTokens, @at)
    ON CONFLICT (session_id, subject, prompt) DO UPDATE SET version = excluded.version, hash = excluded.hash, experiment = excluded.experiment, lane = excluded.lane,
      place = excluded.place, model = excluded.model, outcome = excluded.outcome, first_word_ms = excluded.first_word_ms, duration_ms = excluded.duration_ms,
      input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens, at = excluded.at, rating = NULL, score = NULL`,
  forgetOthers: 'DELETE FROM prompt_use WHERE session_id = ? AND subject = ? AND prompt NOT IN (SELECT value FROM json_each(?))',
  outcome: `UPDATE prompt_use SET rating = CASE WHEN @rated THEN @rating ELSE rating END, score = coalesce(@score, score), asked_again = asked_again + @askedAgain
    WHERE session_id = @sessionId AND subject = @subject`,
  uses: `SELECT session_id AS sessionId, version, hash, outcome, rating, score, asked_again AS askedAgain, first_word_ms AS firstWordMs, duration_ms AS durationMs, input_tokens AS inputTokens, output_tokens AS outputTokens
    FROM prompt_use WHERE experiment = ? AND prompt = ? ORDER BY session_id, subject`,
} as const;

/** SQL of what was said with which prompts: `prompt_words`, `prompt_pin`, `prompt_use`. All writes throw EngineError STORAGE_FULL or STORAGE_FAILED. */
export class PromptRepository {
  readonly #store: Store;
  constructor(store: Store) { this.#store = store; }

  /** Keeps words for ever; those kept already are left as they are. */
  keepWords(prompt: KeptWords, at: string): void {
    this.#store.write(() => this.#store.prepare(PROMPT_SQL.keepWords).run(prompt.hash, prompt.id, prompt.version, prompt.source, JSON.stringify(prompt.partials), at));
  }

  /** Words that are not those of their hash any more, as on a damaged disk or in a backup that was changed, are none. */
  wordsOf(hash: string): KeptWords | undefined {
    const row = this.#store.prepare<KeptRow, [string]>(PROMPT_SQL.words).get(hash);
    const partials = row && partialsOf(row);
    return row && partials && promptHash(row.source, partials) === hash ? { ...row, partials } : undefined;
  }

  /** The first pin of a prompt in a session stays. */
  pin(sessionId: string, pin: PromptPin, at: string): void {
    this.#store.write(() => this.#store.prepare(PROMPT_SQL.pin).run(sessionId, pin.id, pin.version, pin.hash, pin.experiment, at));
  }

  pinOf(sessionId: string, promptId: string): PromptPin | undefined {
    return this.#store.prepare<PromptPin, [string, string]>(PROMPT_SQL.pinOf).get(sessionId, promptId);
  }

  /**
   * One row for each prompt of the call. The same subject again replaces what was there, rating and score included, since they were about
   * other words; how often it was asked again is counted on.
   * @param experiments the experiment of each prompt that takes part in one, by its id
   */
  recordUse(use: PromptUse, experiments: ReadonlyMap<string, string>, at: string): void {
    this.#store.write(() => {
      const { prompts, ...call } = use;
      this.#store.prepare(PROMPT_SQL.forgetOthers).run(use.sessionId, use.subject, JSON.stringify(prompts.map(({ id }) => id)));
      for (const { id, version, hash } of prompts) this.#store.prepare(PROMPT_SQL.use).run({ ...call, prompt: id, version, hash, experiment: experiments.get(id) ?? null, at });
    });
  }

  /** Changes only what is given; a rating of null takes the rating away. */
  recordOutcome(sessionId: string, subject: string, { rating, score, askedAgain }: UseResult): void {
    this.#store.write(() => this.#store.prepare(PROMPT_SQL.outcome).run({ sessionId, subject, rated: rating === undefined ? 0 : 1, rating: rating ?? null, score: score ?? null, askedAgain: askedAgain ? 1 : 0 }));
  }

  /** What came of an experiment's prompt in the sessions that take part, by session. */
  usesOf(experiment: string, promptId: string): ExperimentUse[] {
    return this.#store.prepare<ExperimentUse, [string, string]>(PROMPT_SQL.uses).all(experiment, promptId);
  }

  /** How many sessions an experiment gave each of its words, used or not. */
  assignedTo(experiment: string, promptId: string): { version: string; hash: string; sessions: number }[] {
    return this.#store.prepare<{ version: string; hash: string; sessions: number }, [string, string]>(PROMPT_SQL.assigned).all(experiment, promptId);
  }
}

function partialsOf({ partials }: KeptRow): KeptWords['partials'] | undefined {
  try { return JSON.parse(partials) as KeptWords['partials']; } catch { return undefined; }
}
