import type { HistoryItem, Setup } from '../contract/interview.ts';
import type { Store } from '../storage/store.ts';
import type { InterviewRow } from './interview-repository.ts';

/** What the last interview says to listen for. */
export type ListeningPoint = { kind: 'result' } | { kind: 'own' } | { kind: 'topic'; topic: string };

export interface HistoryQuery { search: string; packId?: string | undefined; state: 'all' | 'finished' | 'unfinished'; cursor?: string | undefined; limit: number }

type ListRow = InterviewRow & { excerpt: string | null };

/** All SQL that looks across interviews: lists, search, trends, weak spots. */
export class HistoryRepository {
  readonly #store: Store;
  constructor(store: Store) { this.#store = store; }

  list(query: HistoryQuery): { items: HistoryItem[]; nextCursor: string | null; total: number } {
    const match = ftsQuery(query.search);
    const conditions: string[] = [];
    const values: Record<string, string | number> = {};
    if (query.search.trim() !== '' && match === null) return { items: [], nextCursor: null, total: 0 };
    if (match !== null) {
      conditions.push(`(i.id IN (SELECT interview_id FROM interview_text WHERE interview_text MATCH @match) OR lower(i.title) LIKE @title ESCAPE '\\')`);
      values['match'] = match;
      values['title'] = `%${query.search.trim().toLowerCase().replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
    }
    if (query.packId !== undefined) { conditions.push('i.pack_id = @packId'); values['packId'] = query.packId; }
    if (query.state !== 'all') conditions.push(query.state === 'finished' ? 'i.ended_at IS NOT NULL' : 'i.ended_at IS NULL');
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    const total = this.#store.prepare<{ n: number }>(`SELECT count(*) AS n FROM interview i ${where}`).get(values)?.n ?? 0;
    const [cursorAt, cursorId] = (query.cursor ?? '').split('|');
    const page = cursorAt && cursorId ? `${where === '' ? 'WHERE' : `${where} AND`} (i.started_at, i.id) < (@cursorAt, @cursorId)` : where;
    if (cursorAt && cursorId) { values['cursorAt'] = cursorAt; values['cursorId'] = cursorId; }
    const excerpt = match === null ? 'NULL' : `(SELECT snippet(interview_text, 0, '', '', '…', 18) FROM interview_text WHERE interview_text MATCH @match AND interview_id = i.id LIMIT 1)`;
    const rows = this.#store.prepare<ListRow>(`SELECT i.*, ${excerpt} AS excerpt FROM interview i ${page} ORDER BY i.started_at DESC, i.id DESC LIMIT @limit`).all({ ...values, limit: query.limit + 1 });
    const items = rows.slice(0, query.limit).map(historyItem);
    const last = items.at(-1);
    return { items, total, nextCursor: rows.length > query.limit && last ? `${last.startedAt}|${last.sessionId}` : null };
  }

  recent(limit: number): HistoryItem[] {
    return this.#store.prepare<ListRow, [number]>('SELECT i.*, NULL AS excerpt FROM interview i WHERE i.ended_at IS NOT NULL ORDER BY i.started_at DESC, i.id DESC LIMIT ?').all(limit).map(historyItem);
  }

  finishedCount(): number {
    return this.#store.prepare<{ n: number }, []>('SELECT count(*) AS n FROM interview WHERE ended_at IS NOT NULL').get()?.n ?? 0;
  }

  unfinished(): InterviewRow | undefined {
    return this.#store.prepare<InterviewRow, []>('SELECT * FROM interview WHERE ended_at IS NULL ORDER BY seen_at DESC, id DESC LIMIT 1').get();
  }

  /** The newest scored interviews, oldest first. */
  trend(limit: number): { id: string; at: string; score: number; low: number; high: number }[] {
    return this.#store.prepare<{ id: string; at: string; score: number; low: number; high: number }, [number]>(
      'SELECT id, ended_at AS at, score, low, high FROM interview WHERE ended_at IS NOT NULL AND score IS NOT NULL ORDER BY started_at DESC, id DESC LIMIT ?').all(limit).reverse();
  }

  /** The finished, scored interview with the same pack before this one, graded by the same grader. */
  earlierLike(row: Pick<InterviewRow, 'id' | 'pack_id' | 'started_at' | 'grader'>): InterviewRow | undefined {
    return this.#store.prepare<InterviewRow, [string, string, string | null, string]>(
      'SELECT * FROM interview WHERE pack_id = ? AND started_at < ? AND grader IS ? AND id <> ? AND ended_at IS NOT NULL AND score IS NOT NULL ORDER BY started_at DESC LIMIT 1')
      .get(row.pack_id, row.started_at, row.grader, row.id);
  }

  /** Active milliseconds and answers per interview with when it was last worked on, since an instant. */
  practice(since: string): { at: string; activeMs: number; answered: number }[] {
    return this.#store.prepare<{ at: string; activeMs: number; answered: number }, [string]>('SELECT seen_at AS at, active_ms AS activeMs, answered FROM interview WHERE seen_at >= ?').all(since);
  }

  /** Topics whose questions earned a mean score below `below` (of 100) over the last 30 graded questions, weakest first. */
  weakTopics(below: number): { topic: string; score: number }[] {
    return this.#store.prepare<{ topic: string; score: number }, [number]>(`
      WITH graded AS (SELECT body, score FROM interview_question WHERE score IS NOT NULL AND asked_at IS NOT NULL ORDER BY asked_at DESC LIMIT 30)
      SELECT topic.value AS topic, avg(graded.score) * 100 AS score FROM graded, json_each(graded.body, '$.topics') AS topic
      GROUP BY topic.value HAVING avg(graded.score) * 100 < ? ORDER BY score, topic`).all(below);
  }

  /** Behavioural answers among the last graded ones: how many ended without a number, how many said "we" more than "I". */
  storyHabits(): { stories: number; withoutNumber: number; moreWe: number } {
    const row = this.#store.prepare<{ stories: number; withoutNumber: number | null; moreWe: number | null }, []>(`
      WITH graded AS (SELECT grade FROM interview_question WHERE kind = 'behavioural' AND score IS NOT NULL AND asked_at IS NOT NULL ORDER BY asked_at DESC LIMIT 5)
      SELECT count(*) AS stories, sum(json_array_length(grade, '$.delivery.numbers') = 0) AS withoutNumber,
        sum(json_extract(grade, '$.delivery.weCount') > json_extract(grade, '$.delivery.iCount')) AS moreWe FROM graded`).get();
    return { stories: row?.stories ?? 0, withoutNumber: row?.withoutNumber ?? 0, moreWe: row?.moreWe ?? 0 };
  }

  listeningFor(): ListeningPoint[] {
    const habits = this.storyHabits();
    const weakest = this.weakTopics(60)[0];
    return [
      ...(habits.withoutNumber > 0 ? [{ kind: 'result' } as const] : []),
      ...(habits.moreWe > 0 ? [{ kind: 'own' } as const] : []),
      ...(weakest ? [{ kind: 'topic', topic: weakest.topic } as const] : []),
    ];
  }
}

function historyItem(row: ListRow): HistoryItem {
  const setup = JSON.parse(row.setup) as Setup;
  return {
    sessionId: row.id, title: row.title, packId: row.pack_id, level: setup.level, kind: setup.kind, mode: setup.mode, pressure: setup.pressure,
    startedAt: row.started_at, endedAt: row.ended_at, activeMs: row.active_ms, questionCount: row.question_count, answered: row.answered,
    score: row.score, low: row.low, high: row.high, excerpt: row.excerpt,
  };
}

/** What a person typed as an FTS5 query: every word has to occur, the last one may be unfinished. Null when there is no word in it. */
function ftsQuery(search: string): string | null {
  const words = search.match(/[\p{L}\p{N}]+/gu);
  if (!words) return null;
  return words.map((word, index) => `"${word}"${index === words.length - 1 ? '*' : ''}`).join(' ');
}
