import { EventPublisher } from '@orpc/server';
import type { SpeechPart, Turn } from '../contract/interview.ts';
import type { Inference, LaneEvent } from '../inference/inference.ts';
import type { PromptUse, Prompts, UseOutcome } from '../prompts/prompt.ts';
import type { Conversations } from '../session/index.ts';
import { coachLine } from './interviewer-lines.ts';
import type { InterviewRepository, InterviewRow, TurnRow } from './interview-repository.ts';
import type { ReadAhead } from './read-ahead.ts';
import { madeByInterviewer } from './session-view.ts';
import type { SpeechRules, SpokenKind } from './speech-guard.ts';
import { ContextTooSmall, promptsFor, refOf, spokenKind, writeScript, type SpeechScript } from './speech-script.ts';
import { SpeechUse, unmeasuredUse } from './speech-use.ts';
import { wholeSentences } from './spoken-text.ts';
import type { Voice } from './voice.ts';

const LANE = 'interactive-deep';
/** Words so far are kept on disk this often, and a last write that failed is tried again after as long. In milliseconds. */
const CHECKPOINT_MS = 500;
/** A burst of words waits for a slow window; more than this is never said in one turn. */
const WAITING_PARTS = 5000;

/** Why the coach's words stand where a model's were to be. */
const INSTEAD = {
  refused: (why: string): string => `The model’s words did not fit: ${why}. The built-in coach spoke.`,
  wentOn: 'You went on before the model had spoken, so the coach’s words stand here.',
  closed: 'Role Accel was closed while the model was speaking, so the coach’s words stand here.',
  fault: 'The model’s words could not be used. The built-in coach spoke.',
  tooSmall: 'The job description and the last answer are more than the model can read at once. The built-in coach spoke.',
} as const;

export interface SpeakerParts {
  repository: InterviewRepository; conversations: Conversations; inference: Inference; prompts: Prompts; voice: () => Voice; terms: SpeechRules['terms'];
  readAhead: ReadAhead;
  /** Told after a turn has been said, when older turns should be summarised before the next one. */
  compactionDue: (sessionId: string) => void;
  /** Told when a turn has been said outside of any command. */
  changed: (sessionId: string) => void;
  /** Told of faults nobody expected; the interview goes on with the coach's words. */
  onFault?: ((error: unknown) => void) | undefined;
  /** Milliseconds that pass, for measuring; not the time of day. */
  elapsed: () => number;
}

/** A turn's last words, and what the prompts came to that they were asked with; null when nobody was asked. */
interface Said { text: string; madeBy: string; cut: string | null; use: PromptUse | null }
/** Ends a turn that is still being worded, within the command that goes past it: `record` in its transaction, `done` after it. */
export interface Interruption { record(): void; done(): void }

interface Speech {
  sessionId: string; seq: number; kind: SpokenKind; coachLine: string; stop: AbortController;
  script: SpeechScript | undefined; use: SpeechUse;
  /** What the model wrote, and what of it has been shown. */
  raw: string; shown: string;
  cut: string | null;
  /** The router's sentences about who did not answer. */
  switches: string[];
  timer: NodeJS.Timeout | undefined;
  /** How it ended, once it has; until then words still come. */
  said: Said | undefined;
}

/**
 * Lets models word turns that are already on record: streams the words to whoever listens, keeps them as they come, and ends every
 * turn with words, the model's or the coach's. One turn per interview at a time; nobody ever waits for it.
 */
export class Speaker {
  readonly #parts: SpeakerParts;
  readonly #live = new Map<string, Speech>();
  readonly #listeners = new EventPublisher<Record<string, SpeechPart | null>>({ maxBufferedEvents: WAITING_PARTS });
  /** Interviews in which a model has spoken. */
  readonly #spokenIn = new Set<string>();
  /** Where a model spoke last. */
  #lastIn: string | undefined;
  /** While everything is deleted, and after the end. */
  #silent = false;

  constructor(parts: SpeakerParts) { this.#parts = parts; }

  /** Whether a model words turns of this kind now. One that only has to be loaded is, for a later turn. */
  speaks(sessionId: string, turn: Pick<TurnRow, 'kind' | 'position'>): boolean {
    const kind = spokenKind(turn);
    if (kind === null || this.#silent) return false;
    if (this.#parts.inference.ready(LANE)) return promptsFor(this.#parts.prompts, sessionId, kind) !== undefined;
    this.warm();
    return false;
  }

  /** Gets a model ready that is likely to be needed soon. */
  warm(): void { this.#parts.inference.warm(LANE); }

  /** The person is at their answer: what the next call begins with can be read meanwhile. Returns at once. */
  prepare(sessionId: string): void { if (!this.#silent && !this.#live.has(sessionId)) this.#parts.readAhead.begin(sessionId); }

  /** What calls of an interview begin with has changed; of use if it is the one the person is in. */
  prepareAgain(sessionId: string): void { if (sessionId === this.#lastIn && !this.#silent && !this.#live.has(sessionId)) this.#parts.readAhead.again(sessionId); }

  /** Words a turn that was committed as `speaking`. Returns at once. */
  begin(row: InterviewRow, turn: TurnRow): void {
    this.#parts.readAhead.stop();
    this.#lastIn = row.id;
    const kind = spokenKind(turn);
    if (kind === null) return;
    const line = coachLine({ repository: this.#parts.repository, voice: this.#parts.voice(), row }, turn);
    const speech: Speech = {
      sessionId: row.id, seq: turn.seq, kind, coachLine: line, stop: new AbortController(),
      script: undefined, use: new SpeechUse({ sessionId: row.id, seq: turn.seq }, this.#parts.elapsed), raw: '', shown: '', cut: null, switches: [], timer: undefined, said: undefined,
    };
    this.#live.set(row.id, speech);
    this.#spokenIn.add(row.id);
    void this.#run(speech, row, turn);
  }

  /** The words shown so far of the turn that is being worded. */
  soFar(sessionId: string): { seq: number; text: string } | undefined {
    const speech = this.#live.get(sessionId);
    return speech && { seq: speech.seq, text: speech.said?.text ?? speech.shown };
  }

  /** What is being said, from the words so far on. Ends when the interview is deleted. */
  async *follow(sessionId: string, signal?: AbortSignal): AsyncGenerator<SpeechPart> {
    const parts = this.#listeners.subscribe(sessionId, signal ? { signal } : {});
    const speech = this.#live.get(sessionId);
    if (speech) yield startOf(speech);
    for await (const part of parts) {
      if (part === null) return;
      yield part;
    }
  }

  /** How the turn that is being worded ends when the person goes on: with the whole sentences that were shown, or else the coach's line. */
  interrupt(sessionId: string): Interruption | undefined {
    const speech = this.#live.get(sessionId);
    if (!speech) return undefined;
    const said = speech.said ?? this.#brokenOff(speech, INSTEAD.wentOn);
    return {
      record: () => this.#record(sessionId, speech.seq, said),
      done: () => { speech.said = said; speech.stop.abort(); this.#leave(speech); this.#spoke(speech); },
    };
  }

  /** Ends a turn that an earlier run of the app left unsaid. */
  recover(row: InterviewRow): void {
    if (this.#live.has(row.id)) return;
    const { repository, voice, prompts } = this.#parts;
    const turn = repository.speakingTurn(row.id);
    if (!turn) return;
    const kind = spokenKind(turn);
    const text = coachLine({ repository, voice: voice(), row }, turn);
    repository.write(() => {
      const asked = kind === null ? undefined : promptsFor(prompts, row.id, kind)?.map(refOf);
      const use = asked ? unmeasuredUse(row.id, turn.seq, asked, 'interrupted') : null;
      this.#record(row.id, turn.seq, { text, madeBy: this.#coach(INSTEAD.closed), cut: turn.text === '' ? null : turn.text, use });
    });
  }

  /** Falls silent in an interview that is gone. */
  forget(sessionId: string): void {
    const speech = this.#live.get(sessionId);
    if (speech) {
      speech.said ??= { text: '', madeBy: '', cut: null, use: null };
      speech.stop.abort();
      this.#leave(speech);
    }
    this.#parts.readAhead.stop(sessionId);
    this.#spokenIn.delete(sessionId);
    this.#parts.conversations.forget(sessionId);
    this.#listeners.publish(sessionId, null);
  }

  /** Falls silent everywhere, for the person deletes everything: what is begun from another window meanwhile is the coach's, until the function returned is called. */
  forgetAll(): () => void {
    this.#silent = true;
    this.#parts.readAhead.stop();
    for (const sessionId of new Set([...this.#live.keys(), ...this.#spokenIn])) this.forget(sessionId);
    this.#parts.conversations.forget();
    return () => { this.#silent = false; };
  }

  /** Ends everything that is being said; the store must still be open. */
  close(): void {
    this.#silent = true;
    this.#parts.readAhead.stop();
    for (const speech of this.#live.values()) {
      const said = speech.said ?? this.#brokenOff(speech, INSTEAD.closed);
      // What cannot be written now is ended when the interview is opened again.
      try { this.#parts.repository.write(() => this.#record(speech.sessionId, speech.seq, said)); } catch { /* as above */ }
      speech.said = said;
      speech.stop.abort();
      this.#leave(speech);
    }
  }

  async #run(speech: Speech, row: InterviewRow, turn: TurnRow): Promise<void> {
    const { inference, repository, conversations, prompts, terms } = this.#parts;
    try {
      const script = await writeScript({ repository, conversations, prompts, terms, row, turn, kind: speech.kind, wentOn: () => speech.use.wentOn() });
      if (speech.said) return;
      speech.script = script;
      speech.use.asked(script);
      for await (const event of inference.stream(script.call, speech.stop.signal)) {
        if (speech.said) return;
        this.#take(speech, script, event);
      }
      if (!speech.said) this.#fallBack(speech, 'unanswered', INSTEAD.fault);
    } catch (error) {
      if (speech.said) return;
      if (error instanceof ContextTooSmall) return this.#fallBack(speech, 'unanswered', INSTEAD.tooSmall);
      this.#fallBack(speech, 'unanswered', INSTEAD.fault);
      this.#parts.onFault?.(error);
    }
  }

  #take(speech: Speech, script: SpeechScript, event: LaneEvent): void {
    switch (event.type) {
      case 'attempt': {
        speech.use.by = { provider: event.providerName, model: event.model, place: event.place };
        return this.#publish(speech, startOf(speech));
      }
      case 'delta': {
        speech.raw += event.text;
        speech.use.heard();
        const verdict = script.guard.showable(speech.raw);
        if (!verdict.ok) { this.#fallBack(speech, 'refused', INSTEAD.refused(verdict.why)); speech.stop.abort(); return; }
        return this.#show(speech, verdict.text);
      }
      case 'switch': {
        if (!speech.switches.includes(event.says)) speech.switches.push(event.says);
        this.#publish(speech, { type: 'switch', seq: speech.seq, from: event.from, to: event.to ?? 'Built-in coach', says: event.says });
        if (event.how === 'restarted') { this.#takeBack(speech); speech.raw = ''; speech.use.beganAnew(); }
        return;
      }
      case 'end': {
        speech.use.heardOut(event.by);
        const verdict = script.guard.finish(speech.raw === '' ? event.answer.text : speech.raw);
        if (!verdict.ok) return this.#fallBack(speech, 'refused', INSTEAD.refused(verdict.why));
        if (verdict.text.startsWith(speech.shown)) this.#show(speech, verdict.text);
        return this.#end(speech, { text: verdict.text, madeBy: this.#model(speech), cut: speech.cut, use: speech.use.ended('stood') });
      }
      case 'gave-up': {
        if (event.aborted) return this.#fallBack(speech, 'interrupted', INSTEAD.closed);
        return this.#fallBack(speech, 'unanswered', speech.switches.length > 0 ? '' : event.says);
      }
    }
  }

  #show(speech: Speech, text: string): void {
    if (text.length <= speech.shown.length) return;
    this.#publish(speech, { type: 'delta', seq: speech.seq, text: text.slice(speech.shown.length) });
    speech.shown = text;
    speech.timer ??= setTimeout(() => {
      speech.timer = undefined;
      // Only a convenience after a crash: the turn's last words are written whatever becomes of this.
      try { this.#parts.repository.write(() => this.#parts.repository.saveWords(speech.sessionId, speech.seq, speech.shown)); } catch { /* as above */ }
    }, CHECKPOINT_MS).unref();
  }

  /** What was shown does not stand; the person sees that it broke off. */
  #takeBack(speech: Speech): void {
    if (speech.shown === '') return;
    speech.cut = speech.shown;
    speech.shown = '';
    this.#publish(speech, { type: 'restart', seq: speech.seq, cut: speech.cut });
  }

  #fallBack(speech: Speech, outcome: Exclude<UseOutcome, 'stood'>, instead: string): void {
    const use = speech.use.ended(outcome, outcome !== 'interrupted');
    this.#takeBack(speech);
    this.#end(speech, { text: speech.coachLine, madeBy: this.#coach([...speech.switches, instead].join(' ').trim()), cut: speech.cut, use });
  }

  /** Writes down a turn's last words, unless it is gone or has been said, and what came of its prompts; in the caller's transaction. */
  #record(sessionId: string, seq: number, { use, ...said }: Said): void {
    if (this.#parts.repository.finishSpeech(sessionId, seq, said) && use) this.#parts.prompts.recordUse(use);
  }

  /** Writes the turn's last words, again and again while the disk refuses. */
  #end(speech: Speech, said: Said): void {
    speech.said = said;
    clearTimeout(speech.timer);
    speech.timer = undefined;
    try {
      this.#parts.repository.write(() => this.#record(speech.sessionId, speech.seq, said));
    } catch {
      speech.timer = setTimeout(() => this.#end(speech, said), CHECKPOINT_MS).unref();
      return;
    }
    this.#parts.changed(speech.sessionId);
    this.#leave(speech);
    this.#spoke(speech);
  }

  /** What can wait until the turn is on record. */
  #spoke({ sessionId, script }: Speech): void {
    // Not in this turn of the loop: the person may be going on right now, and then there is something else to read.
    if (!script?.compactionDue) return void setImmediate(() => this.prepare(sessionId));
    // The next turn finds it due again, so nothing is lost when the disk refuses.
    try { this.#parts.compactionDue(sessionId); } catch (error) { this.#parts.onFault?.(error); }
  }

  #leave(speech: Speech): void {
    clearTimeout(speech.timer);
    if (this.#live.get(speech.sessionId) === speech) this.#live.delete(speech.sessionId);
    this.#publish(speech, { type: 'end', seq: speech.seq });
  }

  #brokenOff(speech: Speech, instead: string): Said {
    const kept = speech.script?.guard.finish(wholeSentences(speech.shown));
    if (kept?.ok && speech.use.by) return { text: kept.text, madeBy: this.#model(speech), cut: speech.cut, use: speech.use.ended('stood', false) };
    return { text: speech.coachLine, madeBy: this.#coach([...speech.switches, instead].join(' ')), cut: speech.shown === '' ? speech.cut : speech.shown, use: speech.use.ended('interrupted', false) };
  }

  #model(speech: Speech): string {
    const { by, tokens, prompts } = speech.use;
    const made: NonNullable<Turn['madeBy']> = {
      who: by?.place === 'away' ? 'cloud' : 'local', part: prompts[0]?.id ?? '', version: prompts[0]?.version ?? '', prompts,
      model: { provider: by?.provider ?? '', name: by?.model ?? '', inputTokens: tokens.inputTokens, outputTokens: tokens.outputTokens },
      ...(speech.switches.length > 0 ? { instead: speech.switches.join(' ') } : {}),
    };
    return JSON.stringify(made);
  }

  #coach(instead: string): string { return JSON.stringify({ ...madeByInterviewer(this.#parts.voice()), instead }); }

  #publish(speech: Speech, part: SpeechPart): void { this.#listeners.publish(speech.sessionId, part); }
}

const startOf = (speech: Speech): SpeechPart => ({ type: 'start', seq: speech.seq, text: speech.shown, by: speech.use.by ? `${speech.use.by.provider} · ${speech.use.by.model}` : '' });
