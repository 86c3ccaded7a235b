import { setImmediate } from 'node:timers/promises';
import { REPLAYED_SQL } from '../storage/migrations/index.ts';
import { unpackRows } from '../storage/packed-rows.ts';
import type { Store } from '../storage/store.ts';
import { countVectorRows, deleteVectors } from '../storage/vector-tables.ts';

/** Tables that hold what the person made or did, as they are exported. Model files and downloads are not among them: they hold nothing of the person. */
const EXPORTED = ['notice', 'setting', 'interview', 'interview_question', 'interview_event', 'interview_turn', 'interview_draft', 'interview_model_grade', 'conversation_summary', 'prompt_words', 'prompt_pin', 'prompt_use', 'model_load_crash', 'cached_answer', 'lane_use', 'span', 'network_call'] as const;
/** Deleted as well: made from the others, or of no use without them. Passages and sources before their items. */
const BESIDE = ['interview_archive', 'job', 'memory_chunk', 'memory_dead_chunk', 'memory_embedder', 'memory_read', 'memory_source', 'memory_item', 'memory_forgotten'] as const;
type Row = Record<string, unknown>;

/** How long rows are unpacked before others get their turn. */
const AT_ONCE_MS = 10;

/** SQL over everything the person made. */
export class DataRepository {
  readonly #store: Store;
  constructor(store: Store) { this.#store = store; }

  /** Also of interviews whose turns are archived. */
  counts(): { interviews: number; answers: number } {
    const { answers } = this.#store.prepare<{ answers: number }, []>("SELECT (SELECT count(*) FROM interview_turn WHERE kind = 'answer') + (SELECT coalesce(sum(answers), 0) FROM interview_archive) AS answers").get() ?? { answers: 0 };
    return { interviews: this.#count('interview'), answers };
  }
  indexedTexts(): number { return this.#count('interview_text'); }
  /** What is known of calls to models: ledger, spans, budgets, answers kept for the same question, the prompts they were made from. */
  modelCalls(): number { return this.#sum('network_call', 'span', 'lane_use', 'cached_answer', 'prompt_use', 'prompt_pin', 'prompt_words'); }
  settingsAndNotices(): number { return this.#sum('setting', 'notice'); }
  archived(): number { return this.#count('interview_archive'); }
  summariesAndGrades(): number { return this.#sum('conversation_summary', 'interview_model_grade'); }
  remembered(): number { return this.#sum('memory_item', 'memory_source', 'memory_read', 'memory_forgotten'); }
  /** Passages and, counted apart from them, entries of their full-text index. */
  passages(): number { return this.#sum('memory_chunk', 'memory_dead_chunk', 'memory_text_docsize', 'memory_text_idx'); }
  vectors(): number { return countVectorRows(this.#store.sql) + this.#count('memory_embedder'); }
  jobs(): number { return this.#count('job'); }

  /** Every row the person made, JSON columns as values, archived turns among the others, what is remembered with where it comes from. */
  async everything(): Promise<Record<string, Row[]>> {
    // In one go, so that they fit each other; only unpacking takes its time.
    const tables: Record<string, Row[]> = Object.fromEntries(EXPORTED.map((table) => [table, this.#all(`SELECT * FROM ${table}`).map(unfoldJson)]));
    const archived = this.#store.prepare<string, []>('SELECT interview_id FROM interview_archive WHERE length(turns) > 0').pluck().all();
    const { turns, unreadable } = await this.#archivedTurns(archived);
    tables['interview_turn']?.push(...turns);
    // Nothing is left out because it cannot be read.
    if (unreadable.length > 0) tables['interview_archive'] = unreadable;
    tables['memory_item'] = this.#all(`
      SELECT i.item_id, i.kind, i.fact, i.title, i.text, i.made_by, i.pinned, i.edited, i.at, i.updated_at,
        (SELECT json_group_array(json_object('session_id', session_id, 'seq', seq, 'at', at)) FROM memory_source WHERE item = i.id) AS sources
      FROM memory_item i ORDER BY i.id`).map(unfoldJson);
    return tables;
  }

  deleteEverything(): void {
    const { sql } = this.#store;
    deleteVectors(sql);
    // Emptied as a whole: row by row, each passage and each turn would be looked up in its index.
    sql.exec("DROP TRIGGER memory_chunk_unindexed; INSERT INTO memory_text (memory_text) VALUES ('delete-all'); DELETE FROM interview_text; INSERT INTO interview_text (interview_text) VALUES ('optimize')");
    for (const table of [...BESIDE, ...EXPORTED.toReversed()]) this.#store.prepare(`DELETE FROM ${table}`).run();
    sql.exec(REPLAYED_SQL);
  }

  /** Rewrites the file without the deleted pages and empties the write-ahead log. */
  compact(): void {
    this.#store.sql.exec('VACUUM');
    this.#store.sql.pragma('wal_checkpoint(TRUNCATE)');
  }
  unusedPages(): number { return Number(this.#store.sql.pragma('freelist_count', { simple: true })); }

  async #archivedTurns(ids: readonly string[]): Promise<{ turns: Row[]; unreadable: Row[] }> {
    const [turns, unreadable]: [Row[], Row[]] = [[], []];
    let since = performance.now();
    for (const id of ids) {
      const packed = this.#store.prepare<Row & { turns: Buffer }, [string]>('SELECT * FROM interview_archive WHERE interview_id = ? AND length(turns) > 0').get(id);
      if (!packed) {
        // Opened a moment ago.
        turns.push(...this.#store.prepare<Row, [string]>('SELECT * FROM interview_turn WHERE interview_id = ? ORDER BY seq').all(id).map(unfoldJson));
        continue;
      }
      try {
        const { columns, rows } = unpackRows(packed.turns);
        turns.push(...rows.map((row) => unfoldJson({ interview_id: id, ...Object.fromEntries(columns.map((name, index) => [name, row[index]])) })));
      } catch {
        unreadable.push({ ...packed, turns: packed.turns.toString('base64') });
      }
      if (performance.now() - since < AT_ONCE_MS) continue;
      await setImmediate();
      since = performance.now();
    }
    return { turns, unreadable };
  }

  #all(sql: string): Row[] { return this.#store.prepare<Row, []>(sql).all(); }
  #sum(...tables: string[]): number { return tables.reduce((sum, table) => sum + this.#count(table), 0); }
  #count(table: string): number { return this.#store.prepare<{ n: number }, []>(`SELECT count(*) AS n FROM ${table}`).get()?.n ?? 0; }
}

const JSON_COLUMNS = new Set(['setup', 'snapshot', 'body', 'grade', 'payload', 'made_by', 'draft', 'value', 'attributes', 'answer', 'partials', 'summary', 'facts', 'sources']);
function unfoldJson(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, JSON_COLUMNS.has(key) && typeof value === 'string' ? parsed(value) : value]));
}

/** A text that is no JSON is exported as it is. */
function parsed(text: string): unknown {
  try { return JSON.parse(text); } catch { return text; }
}
