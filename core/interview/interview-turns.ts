import type { Draft, Setup } from '../contract/interview.ts';
import type { Prompts } from '../prompts/prompt.ts';
import { isoFrom } from '../sources.ts';
import type { InterviewRepository, TurnRow } from './interview-repository.ts';
import { coachLine, type InterviewHead, type LeadLine } from './interviewer-lines.ts';
import { madeByInterviewer } from './session-view.ts';
import type { Speaker } from './speaker.ts';
import { countWords } from './text-guard.ts';
import { noteOutcome } from './turn-outcomes.ts';
import { interviewerLine, type Voice } from './voice.ts';

/** Where in an interview something is said, and when. */
export interface Moment { sessionId: string; position: number; now: number; spentMs: number }

/** Writes down what is said in interviews, within the transaction of the step that it belongs to. */
export class InterviewTurns {
  readonly #repository: InterviewRepository;
  readonly #speaker: Speaker;
  readonly #prompts: Prompts;
  readonly #voice: () => Voice;

  constructor({ repository, speaker, prompts, voice }: { repository: InterviewRepository; speaker: Speaker; prompts: Prompts; voice: () => Voice }) {
    this.#repository = repository;
    this.#speaker = speaker;
    this.#prompts = prompts;
    this.#voice = voice;
  }

  /** The pack's question, word for word: its rubric is bound to it. */
  ask(sessionId: string, position: number, text: string, now: number): void {
    this.#addLine(sessionId, { kind: 'question', position, text: text.trim() }, now);
  }

  /** Words of the interviewer that a model may find. Gives the turn when one is to; otherwise the coach has spoken. */
  speak(row: InterviewHead, turn: Pick<TurnRow, 'kind' | 'position' | 'follow_up_of'>, now: number, lead?: LeadLine): TurnRow | undefined {
    if (this.#speaker.speaks(row.id, turn)) return this.#addLine(row.id, { ...turn, text: '', state: 'speaking' }, now);
    const text = coachLine({ repository: this.#repository, voice: this.#voice(), row }, { ...turn, seq: this.#repository.turnCount(row.id) }, lead);
    this.#addLine(row.id, { ...turn, text }, now);
    return undefined;
  }

  /** Words that are always the coach's. */
  say(sessionId: string, pressure: Setup['pressure'], position: number, kind: 'hint' | 'repeat', now: number, values: Record<string, string | number>): void {
    this.#addLine(sessionId, { kind, position, text: interviewerLine(this.#voice(), pressure, kind, this.#repository.turnCount(sessionId), values) }, now);
  }

  /** What the person said; gives the turn's number. A remark is kept and not scored. */
  hear(moment: Moment, text: string, kind: 'answer' | 'remark', followUpOf: string | null, submissionId: string | null): number {
    return this.#addTurn(moment, { kind, text, words: countWords(text), follow_up_of: followUpOf, submission_id: submissionId });
  }

  /** The person passed. */
  pass(moment: Moment): void { this.#addTurn(moment, { kind: 'skip', text: '' }); }

  /** What is in the editor when a question is left unanswered stays in the record, unscored. */
  keepDraft(moment: Moment): void {
    const draft = this.#repository.draft(moment.sessionId)?.draft;
    const text = draft ? draftText(draft).trim() : '';
    if (text !== '') this.hear(moment, text, 'remark', null, null);
  }

  /** What came of a turn. Who worded it is only known once it has been said, which may have been a moment ago. */
  note(turn: TurnRow, outcome: Parameters<typeof noteOutcome>[2]): void {
    noteOutcome(this.#prompts, turn.state === 'said' ? turn : this.#repository.turn(turn.interview_id, turn.seq) ?? turn, outcome);
  }

  #addLine(sessionId: string, line: Pick<TurnRow, 'kind' | 'position' | 'text'> & Partial<TurnRow>, now: number): TurnRow {
    const turn = {
      interview_id: sessionId, by: 'interviewer' as const, at: isoFrom(now), elapsed_ms: null, words: null, made_by: JSON.stringify(madeByInterviewer(this.#voice())),
      follow_up_of: null, submission_id: null, state: 'said' as const, cut: null, ...line,
    };
    return { ...turn, seq: this.#repository.addTurn(turn), rating: null };
  }

  #addTurn({ sessionId, position, now, spentMs }: Moment, turn: Pick<TurnRow, 'kind' | 'text'> & Partial<TurnRow>): number {
    return this.#repository.addTurn({ interview_id: sessionId, by: 'candidate', position, at: isoFrom(now), elapsed_ms: spentMs, words: null, made_by: null, follow_up_of: null, submission_id: null, state: 'said', cut: null, ...turn });
  }
}

/** A draft as one text, the way it is sent as an answer. */
export function draftText(draft: Draft): string {
  switch (draft.shape) {
    case 'plain': return draft.text;
    case 'star': return [draft.situation, draft.task, draft.action, draft.result].filter((part) => part.trim() !== '').join('\n\n');
    case 'code': return [draft.text, draft.code.trim() === '' ? '' : `\`\`\`\n${draft.code}\n\`\`\``].filter((part) => part.trim() !== '').join('\n\n');
  }
}
