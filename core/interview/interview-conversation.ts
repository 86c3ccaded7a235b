import { setImmediate } from 'node:timers/promises';
import type { Setup } from '../contract/interview.ts';
import type { Message } from '../inference/language-model.ts';
import type { Prompt, Prompts } from '../prompts/prompt.ts';
import type { OpenConversation, SummaryTurn } from '../session/index.ts';
import { gradeOf, questionOf, type InterviewRepository, type InterviewRow, type TurnRow } from './interview-repository.ts';
import { conversation, postingDigest } from './speech-context.ts';

/** Turns that are read in one go: their questions and grades are parsed as well. */
const BATCH = 60;

/** The prompt at the head of every call of one interview. */
export const HEAD_PROMPT = 'interview/interviewer';

/** What does not change over an interview: who the interviewer is, and what the position is. */
export function stablePart(head: Prompt, row: Pick<InterviewRow, 'setup' | 'pack_title'>): Promise<Message[]> {
  const { level, pressure, posting } = JSON.parse(row.setup) as Setup;
  return head.render({ title: row.pack_title, level, pressure, ...(posting ? { posting: postingDigest(posting.text) } : {}) });
}

/** What the session layer needs to know of interviews: those that go on. */
export const openInterview = ({ repository, prompts }: { repository: InterviewRepository; prompts: Prompts }): OpenConversation => async (sessionId) => {
  const row = repository.find(sessionId);
  const head = row && row.ended_at === null ? prompts.forSession(sessionId, HEAD_PROMPT) : undefined;
  if (!row || !head) return undefined;
  const stable = await stablePart(head, row);
  return {
    stable,
    turnsAfter: (seq) => conversation(said(repository.turnsFrom(sessionId, seq + 1, repository.turnCount(sessionId)))),
    async spoken(from, to) {
      const turns: SummaryTurn[] = [];
      for (let at = from; at <= to; at += BATCH) {
        turns.push(...summaryTurns(repository, sessionId, said(repository.turnsFrom(sessionId, at, Math.min(at + BATCH, to + 1)))));
        await setImmediate();
      }
      return turns;
    },
  };
};

/** Turns up to one that is still being worded. */
function said(rows: readonly TurnRow[]): readonly TurnRow[] {
  const open = rows.findIndex(({ state }) => state === 'speaking');
  return open === -1 ? rows : rows.slice(0, open);
}

/** Questions with their titles, answers in the person's own words, the last one to a question with the points that all of them earned. */
function summaryTurns(repository: InterviewRepository, sessionId: string, rows: readonly TurnRow[]): SummaryTurn[] {
  const last = new Map(rows.filter(({ kind }) => kind === 'answer').map(({ position, seq }) => [position, seq]));
  const questions = new Map([...new Set(rows.map(({ position }) => position))].flatMap((position) => { const row = repository.question(sessionId, position); return row ? [[position, row] as const] : []; }));
  return rows.filter(({ kind }) => kind === 'question' || kind === 'follow-up' || kind === 'answer').map(({ seq, kind, text, position }) => {
    const question = questions.get(position);
    const points = kind === 'answer' && last.get(position) === seq && question ? earned(question) : [];
    return { seq, role: kind === 'answer' ? 'user' : 'assistant', text, ...(kind === 'question' && question ? { title: question.title } : {}), ...(points.length > 0 ? { points } : {}) };
  });
}

function earned(row: Parameters<typeof gradeOf>[0] & Parameters<typeof questionOf>[0]): string[] {
  const met = new Set(gradeOf(row)?.points.filter(({ verdict }) => verdict === 'met').map(({ pointId }) => pointId));
  return met.size === 0 ? [] : questionOf(row).points.filter(({ id }) => met.has(id)).map(({ shows }) => shows.replace(/\.$/, ''));
}
