import type { Store } from '../storage/store.ts';

/** Tables that hold what the person made or did, children first. Model files and downloads are not among them: they hold nothing of the person. */
const TABLES = ['network_call', 'span', 'lane_use', 'cached_answer', 'model_load_crash', 'prompt_use', 'prompt_pin', 'prompt_words', 'interview_draft', 'interview_turn', 'interview_event', 'interview_question', 'interview', 'setting', 'notice'] as const;

/** SQL over everything the person made. */
export class DataRepository {
  readonly #store: Store;
  constructor(store: Store) { this.#store = store; }

  counts(): { interviews: number; answers: number } {
    return { interviews: this.#count('interview'), answers: this.#store.prepare<{ n: number }, []>("SELECT count(*) AS n FROM interview_turn WHERE kind = 'answer'").get()?.n ?? 0 };
  }
  indexedTexts(): number { return this.#count('interview_text'); }
  /** What is known of calls to models: ledger, spans, budgets, answers kept for the same question, the prompts they were made from. */
  modelCalls(): number {
    return (['network_call', 'span', 'lane_use', 'cached_answer', 'prompt_use', 'prompt_pin', 'prompt_words'] as const).reduce((sum, table) => sum + this.#count(table), 0);
  }
  settingsAndNotices(): number { return this.#count('setting') + this.#count('notice'); }

  /** Every row of every table, JSON columns as values. */
  everything(): Record<string, unknown[]> {
    return Object.fromEntries(TABLES.toReversed().map((table) => [table, this.#store.prepare<Record<string, unknown>, []>(`SELECT * FROM ${table}`).all().map(unfoldJson)]));
  }

  deleteEverything(): void {
    for (const table of TABLES) this.#store.prepare(`DELETE FROM ${table}`).run();
    this.#store.prepare('DELETE FROM interview_text').run();
    this.#store.sql.exec("INSERT INTO interview_text (interview_text) VALUES ('optimize')");
  }

  /** Rewrites the file without the deleted pages and empties the write-ahead log. */
  compact(): void {
    this.#store.sql.exec('VACUUM');
    this.#store.sql.pragma('wal_checkpoint(TRUNCATE)');
  }
  unusedPages(): number { return Number(this.#store.sql.pragma('freelist_count', { simple: true })); }

  #count(table: string): number { return this.#store.prepare<{ n: number }, []>(`SELECT count(*) AS n FROM ${table}`).get()?.n ?? 0; }
}

const JSON_COLUMNS = new Set(['setup', 'snapshot', 'body', 'grade', 'payload', 'made_by', 'draft', 'value', 'attributes', 'answer', 'partials']);
function unfoldJson(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, JSON_COLUMNS.has(key) && typeof value === 'string' ? (JSON.parse(value) as unknown) : value]));
}
