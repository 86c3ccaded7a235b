import type { Store } from '../storage/store.ts';
import type { SummaryEntry } from './extractive-summary.ts';

/** How a summary was made, for provenance; no text of anybody. */
export interface SummaryMadeBy {
  how: 'start' | 'model' | 'coach';
  /** Why no model made it. */
  why?: string;
  model?: { provider: string; name: string; place: 'here' | 'away'; prompt: { id: string; version: string; hash: string } };
  /** Turns that were summarised by it, and lines of the model that were not taken because they held what nobody had said. */
  turns?: number; dropped?: number;
}

/** What is kept of a conversation beside its turns. It changes at compactions only. */
export interface KeptConversation {
  /** The last turn that the summary holds; -1 before the first compaction. */
  summarisedTo: number;
  summary: readonly SummaryEntry[];
  /** About the candidate, as of the beginning or of the last compaction. */
  facts: readonly string[];
  madeBy: SummaryMadeBy;
  compactions: number;
}
interface Row { summarised_to: number; summary: string; facts: string; made_by: string; compactions: number }

/** All SQL of what is kept of conversations. */
export class ConversationRepository {
  readonly #store: Store;
  constructor(store: Store) { this.#store = store; }

  find(sessionId: string): KeptConversation | undefined {
    const row = this.#store.prepare<Row, [string]>('SELECT summarised_to, summary, facts, made_by, compactions FROM conversation_summary WHERE session_id = ?').get(sessionId);
    return row && {
      summarisedTo: row.summarised_to, summary: JSON.parse(row.summary) as SummaryEntry[], facts: JSON.parse(row.facts) as string[],
      madeBy: JSON.parse(row.made_by) as SummaryMadeBy, compactions: row.compactions,
    };
  }

  /** Of a conversation that has none yet. */
  begin(sessionId: string, facts: readonly string[], at: string): void {
    this.#store.write(() => this.#store.prepare('INSERT OR IGNORE INTO conversation_summary (session_id, summarised_to, summary, facts, made_by, compactions, at) VALUES (?, -1, ?, ?, ?, 0, ?)')
      .run(sessionId, '[]', JSON.stringify(facts), JSON.stringify({ how: 'start' } satisfies SummaryMadeBy), at));
  }

  /** False, and nothing changed, when it is gone, was compacted since `before` was read, or something in its summary was forgotten. */
  replace(sessionId: string, before: Pick<KeptConversation, 'summarisedTo' | 'summary'>, made: Omit<KeptConversation, 'compactions'>, at: string): boolean {
    return this.#store.write(() => {
      const now = this.find(sessionId);
      if (now?.summarisedTo !== before.summarisedTo || JSON.stringify(now.summary) !== JSON.stringify(before.summary)) return false;
      this.#store.prepare('UPDATE conversation_summary SET summarised_to = @to, summary = @summary, facts = @facts, made_by = @madeBy, compactions = compactions + 1, at = @at WHERE session_id = @sessionId')
        .run({ sessionId, to: made.summarisedTo, summary: JSON.stringify(made.summary), facts: JSON.stringify(made.facts), madeBy: JSON.stringify(made.madeBy), at });
      return true;
    });
  }
}
