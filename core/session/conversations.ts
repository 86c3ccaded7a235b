import type { Inference } from '../inference/inference.ts';
import type { Message } from '../inference/language-model.ts';
import type { Commit } from '../jobs/index.ts';
import type { Memory } from '../memory/memory.ts';
import type { Prompt, PromptRef, Prompts } from '../prompts/prompt.ts';
import { isoFrom, type Clock } from '../sources.ts';
import { CalibratedCount, type CountTexts } from './calibrated-count.ts';
import { planCompaction, verbatimTurns, type WorkingSet } from './compaction-policy.ts';
import type { AssembledContext } from './context-assembly.ts';
import type { ContextTurn, Frame } from './context-messages.ts';
import { CONTEXT_RULES, MODEL_SUMMARY_RULES, WORKING_TOKENS } from './context-rules.ts';
import type { ConversationRepository, KeptConversation } from './conversation-repository.ts';
import { summariseByCoach, summariseByModel, type Summarised } from './summarise.ts';
import { assembleExactly } from './exact-assembly.ts';
import { summaryLines, type SummaryCues, type SummaryEntry, type SummaryTurn } from './extractive-summary.ts';
import { NOTES_PROMPT, renderFrame } from './notes-frame.ts';
import { recall } from './recall.ts';
import { SUMMARISE_PROMPT } from './model-summary.ts';

/** What the features that hold conversations know of one; undefined when it is gone, over, or nobody would speak in it. */
export type OpenConversation = (sessionId: string) => Promise<{
  stable: readonly Message[];
  /** Turns with a higher `seq`, as calls have them, oldest first; without one that is still being worded. */
  turnsAfter(seq: number): readonly ContextTurn[];
  /** The same turns in the person's own words, both bounds included. */
  spoken(from: number, to: number): Promise<readonly SummaryTurn[]>;
} | undefined>;

export interface ConversationsParts {
  repository: ConversationRepository; inference: Inference; prompts: Prompts; cues: SummaryCues & Parameters<typeof summariseByModel>[0]['cues']; clock: Clock;
  memory?: Pick<Memory, 'search' | 'facts'> | undefined;
  /** Told of faults of the memory; calls go on without what it would have given. */
  onFault?: ((error: unknown) => void) | undefined;
}

/** What one call is made from, before it is put together. */
export interface CallParts {
  sessionId: string; stable: readonly Message[];
  kept: KeptConversation; notes: Prompt | undefined;
  turns: readonly ContextTurn[]; said: ContextTurn | null; instruction: string;
  /** What memories are looked for with. */
  about: string;
}
export type AssembledCall = AssembledContext & {
  /** The prompt around notes, when there are any in the call. */
  framed: PromptRef | undefined;
  /** Facts, summary and memories that may be in the call. */
  notes: readonly string[];
  /** Whether older turns should be summarised before the next call. */
  due: boolean;
};

/** The lane that conversations are held on. */
const LANE = 'interactive-deep';
/** Conversations whose counts are remembered. */
const REMEMBERED = 8;
const NO_FRAME: Frame = () => '';

/**
 * What models are given of a conversation, call by call, and its compaction. What changes between two compactions is on disk nowhere but
 * in the conversation's own turns; what is remembered here is only how to be quick.
 */
export class Conversations {
  readonly #parts: ConversationsParts;
  readonly #remembered = new Map<string, { counter: CalibratedCount; from: number }>();

  constructor(parts: ConversationsParts) { this.#parts = parts; }

  /** Gives a conversation the facts it will keep until its first compaction; belongs into the transaction that begins it. */
  begin(sessionId: string): void {
    this.#parts.repository.begin(sessionId, this.#facts(), isoFrom(this.#parts.clock.now()));
  }

  /** What is kept of a conversation, and the words around it. One from before such things were kept is given them now. */
  kept(sessionId: string): Pick<CallParts, 'kept' | 'notes'> & { from: number } {
    const { repository, prompts } = this.#parts;
    if (!repository.find(sessionId)) this.begin(sessionId);
    const kept = repository.find(sessionId);
    const notes = prompts.forSession(sessionId, NOTES_PROMPT);
    if (!kept || !notes) return { kept: NOTHING_KEPT, notes: undefined, from: this.#remembered.get(sessionId)?.from ?? 0 };
    return { kept, notes, from: Math.max(kept.summarisedTo + 1, this.#remembered.get(sessionId)?.from ?? 0) };
  }

  /** Puts a call together, never above the budget by the count of whoever answers. */
  async assemble({ sessionId, stable, kept, notes, turns, said, instruction, about }: CallParts): Promise<AssembledCall> {
    const { memory, onFault } = this.#parts;
    const [facts, summary] = [kept.facts, summaryLines(kept.summary)];
    const [frame, recalled] = await Promise.all([
      notes ? renderFrame(notes) : NO_FRAME,
      notes ? recall(memory, { text: about, sessionId, without: facts }).catch((error: unknown) => { onFault?.(error); return []; }) : [],
    ]);
    const remembered = this.#remember(sessionId);
    const budgetTokens = this.#budget();
    const context = await assembleExactly({ stable, facts, summary, recalled, turns, from: remembered.from, last: { said, instruction }, budgetTokens, frame }, remembered.counter);
    const anything = facts.length + summary.length + recalled.length > 0;
    const common = { framed: notes && anything ? { id: notes.id, version: notes.version, hash: notes.hash } : undefined, notes: [...facts, ...summary, ...recalled] };
    if (!context.ok) return { ...context, ...common, due: false };
    remembered.from = context.from;
    const begins = turns[0]?.seq ?? context.from;
    const set: WorkingSet = { stable, facts, summary: kept.summary, summarisedTo: null, turns: said ? [...turns, said] : turns, budgetTokens };
    // A window that has left something behind is due in any case; how much of it is for the compaction to find out.
    return { ...context, ...common, due: notes !== undefined && (context.from > Math.max(begins, kept.summarisedTo + 1) || planCompaction(set, { count: remembered.counter.count, frame }) !== null) };
  }

  /** What the next call begins with, once it is the person's turn: all but what they will say and what will be found for it. Undefined when there is none. */
  async beginning(sessionId: string, open: OpenConversation, signal: AbortSignal): Promise<Message[] | undefined> {
    const conversation = await open(sessionId);
    // Looked up after the wait: what is kept is made for a conversation that has none, and it may be gone.
    if (!conversation || signal.aborted || !this.#parts.repository.find(sessionId)) return undefined;
    const { from, ...kept } = this.kept(sessionId);
    const turns = conversation.turnsAfter(from - 1);
    if (turns.at(-1)?.role !== 'assistant') return undefined;
    const context = await this.assemble({ sessionId, stable: conversation.stable, ...kept, turns, said: null, instruction: '', about: '' });
    return context.ok ? context.messages : undefined;
  }

  /**
   * Summarises the oldest turns if that is due. Writes nothing before the commit, and that nothing if somebody else was quicker or the
   * conversation is gone. Turns are never changed.
   */
  async compact(sessionId: string, open: OpenConversation, signal: AbortSignal, says: (share: number, what: string) => void = () => {}): Promise<Commit> {
    const { repository, prompts, inference, cues, clock } = this.#parts;
    const nothing: Commit = () => {};
    const kept = repository.find(sessionId);
    // Both looked up before the first wait, since the conversation may be gone after it.
    const notes = kept && prompts.forSession(sessionId, NOTES_PROMPT);
    const prompt = notes && inference.ready('background') ? prompts.forSession(sessionId, SUMMARISE_PROMPT) : undefined;
    const conversation = notes && await open(sessionId);
    if (!kept || !notes || !conversation) return nothing;
    const { stable } = conversation;
    const turns = conversation.turnsAfter(kept.summarisedTo);
    const frame = await renderFrame(notes);
    const counter = new CalibratedCount(this.#countTexts);
    await counter.learn([...stable, ...turns].map(({ text }) => text));
    const measure = { count: counter.count, frame };
    const set: WorkingSet = { stable, facts: kept.facts, summary: kept.summary, summarisedTo: kept.summarisedTo, turns: verbatimTurns({ turns, summarisedTo: kept.summarisedTo }), budgetTokens: this.#budget() };
    const plan = planCompaction(set, measure);
    if (!plan || signal.aborted) return nothing;

    says(0.2, 'Shortening what was said');
    const input = { before: kept.summary, turns: await conversation.spoken(plan.fromSeq, plan.toSeq), toSeq: plan.toSeq, limitTokens: plan.summaryTokens, cues, ...measure };
    const since = plan.toSeq - (kept.summary.findLast((entry) => entry.byModel)?.seq ?? -Infinity);
    const byModel = !prompt ? { why: 'no-model' } : since < MODEL_SUMMARY_RULES.everyEntries ? { why: 'not-yet' } : await summariseByModel(input, { sessionId, prompt, inference, signal });
    if (signal.aborted) return nothing;
    const made: Summarised = 'summary' in byModel ? byModel : await summariseByCoach(input, byModel.why);
    const facts = this.#facts();
    return () => {
      repository.replace(sessionId, kept, { summarisedTo: plan.toSeq, summary: made.summary, facts, madeBy: { ...made.madeBy, turns: input.turns.length } }, isoFrom(clock.now()));
    };
  }

  /** Forgets what was only remembered to be quick; all of it without an id. */
  forget(sessionId?: string): void {
    if (sessionId === undefined) this.#remembered.clear();
    else this.#remembered.delete(sessionId);
  }

  #facts(): string[] { return this.#parts.memory?.facts(CONTEXT_RULES.facts).map(({ text }) => text) ?? []; }

  #budget(): number {
    const { total, output } = this.#parts.inference.contextTokens(LANE);
    return Math.min(total - output, WORKING_TOKENS);
  }

  readonly #countTexts: CountTexts = (texts) => this.#parts.inference.countTokens(LANE, texts);

  #remember(sessionId: string): { counter: CalibratedCount; from: number } {
    const found = this.#remembered.get(sessionId) ?? { counter: new CalibratedCount(this.#countTexts), from: 0 };
    this.#remembered.delete(sessionId);
    this.#remembered.set(sessionId, found);
    for (const id of [...this.#remembered.keys()].slice(0, -REMEMBERED)) this.#remembered.delete(id);
    return found;
  }
}

const NOTHING_KEPT: KeptConversation = { summarisedTo: -1, summary: [] as readonly SummaryEntry[], facts: [], madeBy: { how: 'start' }, compactions: 0 };
