import { z } from 'zod';
import type { Language } from '../coach/language.ts';
import { EngineError } from '../contract/errors.ts';
import type { Setup } from '../contract/interview.ts';
import type { FactKind } from '../contract/memory.ts';
import { defineJob, JobError, restsBetweenPieces, type Commit, type JobContext, type JobKind, type JobQueue } from '../jobs/index.ts';
import type { Memory, Remembered } from '../memory/memory.ts';
import { extractClaims, type Claim, type ClaimCues } from '../session/index.ts';
import type { InterviewMemoryRepository } from './interview-memory-repository.ts';
import type { InterviewRepository, InterviewRow, TurnRow } from './interview-repository.ts';

export interface InterviewMemoryParts {
  interviews: InterviewRepository; repository: InterviewMemoryRepository; memory: Memory; queue: JobQueue;
  /** Word lists for what a person says about themselves. */
  cues: ClaimCues; language: Language;
  /** Told of faults of the memory that must not cost an answer. */
  onFault: (error: unknown) => void;
}

const inputSchema = z.object({ interviewId: z.string() });
type Job = JobKind<typeof inputSchema>;

/** Turns looked at, and characters of answers remembered, in one transaction. */
const SLICE_TURNS = 24;
const SLICE_CHARACTERS = 1_500;
/** Facts remembered in one transaction. */
const SLICE_FACTS = 8;
const TITLE_CHARACTERS = 80;
/** What finds facts without a model; another way to find them is another version. */
const MADE_BY = { who: 'coach', version: 'claims-1' } as const;
const FACT_OF: Readonly<Record<Claim['kind'], FactKind>> = { employer: 'employer', project: 'project', skill: 'skill', preference: 'preference', weakness: 'weakness', figure: 'result' };

/** Reads interviews into the memory: what the person answered, the job description, and at the end what they said about themselves. */
export class InterviewMemory {
  readonly #parts: InterviewMemoryParts;
  readonly #read: Job;
  readonly #facts: Job;

  constructor(parts: InterviewMemoryParts) {
    this.#parts = parts;
    this.#read = defineJob({
      kind: 'interview.read', lane: 'cpu', priority: -5, attempts: 5, backoff: { firstMs: 5_000, mostMs: 600_000 }, input: inputSchema,
      title: () => 'Reading an interview into the memory', run: ({ interviewId }, context) => this.#orDamaged(interviewId, () => this.#readAll(interviewId, context)),
    });
    this.#facts = defineJob({
      kind: 'interview.facts', lane: 'cpu', priority: -5, attempts: 5, backoff: { firstMs: 5_000, mostMs: 600_000 }, input: inputSchema,
      title: () => 'Noting what you said about yourself', run: ({ interviewId }, context) => this.#orDamaged(interviewId, () => this.#findFacts(interviewId, context)),
    });
  }

  get jobs(): readonly JobKind[] { return [this.#read, this.#facts]; }
  /** How many interviews are still to be read. */
  get toRead(): number { return this.#parts.repository.countToRead(); }
  titleOf(interviewId: string): string | undefined { return this.#parts.repository.title(interviewId); }

  /** A job description that was pasted is remembered, once; to be called in the transaction that starts the interview. @throws EngineError STORAGE_* */
  started(row: Pick<InterviewRow, 'setup' | 'pack_title' | 'started_at'>): void {
    this.#guarded(() => this.#parts.memory.remember(postingOf(row)));
  }

  /** Remembers an answer; to be called in the transaction that takes it. A fault of the memory costs no answer: it is read again later. @throws EngineError STORAGE_* */
  answered(interviewId: string, seq: number): void {
    const { interviews, memory } = this.#parts;
    const remembered = this.#guarded(() => {
      const read = memory.turnsRead(interviewId);
      const missed = seq - read > SLICE_TURNS || interviews.turnsFrom(interviewId, read, seq).some(isAnswer);
      memory.remember(this.#itemsOf(interviewId, interviews.turnsFrom(interviewId, seq, seq + 1)));
      if (!missed) memory.setRead(interviewId, seq + 1);
      return !missed;
    });
    if (!remembered) this.#readLater(interviewId, READ_SOON_MS);
  }

  /** Looks for facts in all its answers, in the background; at the end, and after its context was compacted. In the caller's transaction if one is open. */
  findFacts(interviewId: string): void {
    const { queue, interviews } = this.#parts;
    // More may be said while such a job runs: then it is another one.
    queue.add(this.#facts, { interviewId }, { key: `${interviewId} ${interviews.turnCount(interviewId)}`, sessionId: interviewId });
  }

  /** To be called in the transaction that deletes interviews, after their rows are gone: takes the vectors of what went with them away. */
  deleted(): void { this.#parts.memory.purge(); }

  /** Queues every interview that is not read to its end, after an update, a restore, a crash; gives how many. @throws EngineError STORAGE_* */
  readLater(): number {
    const { interviews, repository } = this.#parts;
    return interviews.write(() => {
      const ids = repository.toRead();
      for (const id of ids) this.#readLater(id);
      return ids.length;
    });
  }

  #readLater(interviewId: string, delayMs = 0): void {
    this.#parts.queue.add(this.#read, { interviewId }, { key: interviewId, sessionId: interviewId, delayMs });
  }

  /** What cannot be read any more counts as read, so that it is tried, and told, once and not at each start. @throws JobError */
  async #orDamaged(interviewId: string, read: () => Promise<Commit>): Promise<Commit> {
    try { return await read(); } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'INTERVIEW_DAMAGED') throw error;
      const { interviews, repository, memory } = this.#parts;
      interviews.write(() => { if (interviews.find(interviewId)) memory.setRead(interviewId, repository.archivedTurns(interviewId)); });
      throw new JobError({ code: error.code, says: 'the turns of this interview are damaged and cannot be read', retryable: false }, { cause: error });
    }
  }

  async #readAll(interviewId: string, { signal, progress }: JobContext): Promise<Commit> {
    const rest = restsBetweenPieces(signal);
    const { interviews, memory } = this.#parts;
    const total = interviews.turnCount(interviewId);
    for (let from = memory.turnsRead(interviewId); from < total;) {
      signal.throwIfAborted();
      from = interviews.write(() => {
        const row = interviews.find(interviewId);
        if (!row) return total;
        if (from === 0) memory.remember(postingOf(row));
        const { items, next } = firstOf(this.#itemsOf(interviewId, interviews.turnsFrom(interviewId, from, Math.min(total, from + SLICE_TURNS))), Math.min(total, from + SLICE_TURNS));
        memory.remember(items);
        memory.setRead(interviewId, next);
        return next;
      });
      progress(from / total, `${from} of ${total} turns`);
      await rest();
    }
    return () => { if (interviews.find(interviewId)?.ended_at) this.findFacts(interviewId); };
  }

  async #findFacts(interviewId: string, { signal, progress }: JobContext): Promise<Commit> {
    const rest = restsBetweenPieces(signal);
    const { interviews, memory, cues, language } = this.#parts;
    const total = interviews.turnCount(interviewId);
    const found: Remembered[] = [];
    const seen = new Set<string>();
    for (let from = 0; from < total; from += SLICE_TURNS) {
      for (const turn of interviews.turnsFrom(interviewId, from, Math.min(total, from + SLICE_TURNS))) {
        if (!isAnswer(turn)) continue;
        signal.throwIfAborted();
        for (const claim of extractClaims([turn], cues, language)) {
          const key = `${claim.kind} ${claim.about.toLowerCase()}`;
          if (!seen.has(key)) found.push(factOf(claim, turn));
          seen.add(key);
        }
        await rest();
      }
      progress(from / total, `${from} of ${total} turns`);
    }
    for (let from = 0; from < found.length; from += SLICE_FACTS) {
      signal.throwIfAborted();
      // It may have been deleted meanwhile, and what it said with it.
      interviews.write(() => { if (interviews.find(interviewId)) memory.remember(found.slice(from, from + SLICE_FACTS)); });
      await rest();
    }
    return () => {};
  }

  /** The person's own answers, each under the title of its question. */
  #itemsOf(interviewId: string, turns: readonly TurnRow[]): Remembered[] {
    const titles = new Map<number, string>();
    const titleOf = (position: number): string => {
      const known = titles.get(position) ?? this.#parts.interviews.question(interviewId, position)?.title ?? '';
      titles.set(position, known);
      return known;
    };
    return turns.filter(isAnswer).map(({ seq, position, text, at }) => ({ kind: 'turn', title: titleOf(position), text, at, source: { sessionId: interviewId, seq, at } }));
  }

  /** What fails here is read again later; what a disk refuses is the caller's to know. */
  #guarded<Result>(work: () => Result): Result | undefined {
    try { return work(); } catch (error) {
      if (isOfTheDisk(error)) throw error;
      this.#parts.onFault(error);
      return undefined;
    }
  }
}

const READ_SOON_MS = 5_000;

const isAnswer = ({ by, kind }: Pick<TurnRow, 'by' | 'kind'>): boolean => by === 'candidate' && kind === 'answer';

function postingOf({ setup, pack_title, started_at }: Pick<InterviewRow, 'setup' | 'pack_title' | 'started_at'>): Remembered[] {
  const { posting } = JSON.parse(setup) as Setup;
  return posting ? [{ kind: 'job', title: `Job description: ${pack_title}`, text: posting.text, at: started_at }] : [];
}

function factOf({ kind, about, sentence, seq }: Claim, { interview_id: sessionId, at }: TurnRow): Remembered {
  const named = about.charAt(0).toUpperCase() + about.slice(1);
  const title = named.length > TITLE_CHARACTERS ? `${named.slice(0, TITLE_CHARACTERS).replace(/\s+\S*$/, '')}…` : named;
  return { kind: 'fact', fact: FACT_OF[kind], title, text: sentence, at, source: { sessionId, seq, at }, madeBy: MADE_BY };
}

/** As many answers as go into one transaction, one at least, and where the next begins. */
function firstOf(items: Remembered[], end: number): { items: Remembered[]; next: number } {
  let characters = 0;
  const fitting = items.findIndex(({ text }, index) => (characters += text.length) > SLICE_CHARACTERS && index > 0);
  return fitting === -1 ? { items, next: end } : { items: items.slice(0, fitting), next: items[fitting]?.source?.seq ?? end };
}

/** Full, failing or damaged disks; not faults of one index. */
function isOfTheDisk(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return error instanceof EngineError || (typeof code === 'string' && /^SQLITE_(FULL|IOERR|READONLY|NOTADB|CANTOPEN|BUSY|LOCKED|NOMEM|CORRUPT$)/.test(code));
}
