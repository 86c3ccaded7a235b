import { assign, initialTransition, setup, transition, type SnapshotFrom } from 'xstate';
import type { Phase } from '../contract/interview.ts';

/** What an interview needs to know about itself; small and of constant size, because it is written with every event. */
export interface InterviewContext {
  questionCount: number;
  /** 0-based position of the present question. */
  position: number;
  followUpsAsked: number;
  maxFollowUps: number;
  practice: boolean;
  hintsUsed: number;
  /** Milliseconds spent before `since`, in the interview and on what is being asked. */
  activeMs: number;
  spentMs: number;
  /** Epoch milliseconds since when the clock runs; null while it stands (paused, feedback, ended). */
  since: number | null;
}

type At = { at: number };
export type InterviewEvent =
  /** `followUp` is the rubric point worth asking after, or null when the question is done. */
  | ({ type: 'answer'; followUp: string | null } & At)
  | ({ type: 'skip' } & At)
  | ({ type: 'hint' } & At)
  | ({ type: 'repeat' } & At)
  | ({ type: 'next' } & At)
  | ({ type: 'pause' } & At)
  | ({ type: 'resume' } & At)
  | ({ type: 'end' } & At);

/** Hints a person may take for one question. */
export const HINTS_PER_QUESTION = 2;

const stopClock = (context: InterviewContext, at: number): Partial<InterviewContext> => {
  const run = context.since === null ? 0 : Math.max(0, at - context.since);
  return { activeMs: context.activeMs + run, spentMs: context.spentMs + run, since: null };
};

/** set-up happens before (planning); from there: question → follow-up (at most `maxFollowUps`) → feedback (practice) → … → closing → ended. */
export const interviewMachine = setup({
  types: { context: {} as InterviewContext, events: {} as InterviewEvent, input: {} as { questionCount: number; maxFollowUps: number; practice: boolean; at: number } },
  guards: {
    asksAfter: ({ context, event }) => event.type === 'answer' && event.followUp !== null && context.followUpsAsked < context.maxFollowUps,
    showsFeedback: ({ context }) => context.practice,
    wasLast: ({ context }) => context.position + 1 >= context.questionCount,
    hintsLeft: ({ context }) => context.hintsUsed < HINTS_PER_QUESTION,
  },
  actions: {
    countFollowUp: assign(({ context, event }) => ({ ...stopClock(context, event.at), spentMs: 0, since: event.at, followUpsAsked: context.followUpsAsked + 1 })),
    stopClock: assign(({ context, event }) => stopClock(context, event.at)),
    startClock: assign(({ event }) => ({ since: event.at })),
    toNextQuestion: assign(({ context, event }) => ({ ...stopClock(context, event.at), spentMs: 0, since: event.at, position: context.position + 1, followUpsAsked: 0, hintsUsed: 0 })),
    toClosing: assign(({ context, event }) => ({ ...stopClock(context, event.at), spentMs: 0, since: event.at, position: context.questionCount })),
    // An event without target or action would count as impossible.
    changeNothing: () => {},
    countHint: assign(({ context }) => ({ hintsUsed: context.hintsUsed + 1 })),
  },
}).createMachine({
  id: 'interview',
  context: ({ input }) => ({
    questionCount: input.questionCount, maxFollowUps: input.maxFollowUps, practice: input.practice,
    position: 0, followUpsAsked: 0, hintsUsed: 0, activeMs: 0, spentMs: 0, since: input.at,
  }),
  initial: 'active',
  states: {
    active: {
      initial: 'question',
      on: { pause: { target: 'paused', actions: 'stopClock' }, end: { target: 'ended', actions: 'stopClock' } },
      states: {
        question: {
          on: {
            answer: [
              { guard: 'asksAfter', target: 'followUp', actions: 'countFollowUp' },
              { guard: 'showsFeedback', target: 'feedback', actions: 'stopClock' },
              { guard: 'wasLast', target: 'closing', actions: 'toClosing' },
              { target: 'question', reenter: true, actions: 'toNextQuestion' },
            ],
            skip: [{ guard: 'wasLast', target: 'closing', actions: 'toClosing' }, { target: 'question', reenter: true, actions: 'toNextQuestion' }],
            hint: { guard: 'hintsLeft', actions: 'countHint' },
            repeat: { actions: 'changeNothing' },
          },
        },
        followUp: {
          on: {
            answer: [
              { guard: 'asksAfter', target: 'followUp', reenter: true, actions: 'countFollowUp' },
              { guard: 'showsFeedback', target: 'feedback', actions: 'stopClock' },
              { guard: 'wasLast', target: 'closing', actions: 'toClosing' },
              { target: 'question', actions: 'toNextQuestion' },
            ],
            // A follow-up that is skipped leaves the answer given before as it is.
            skip: [
              { guard: 'showsFeedback', target: 'feedback', actions: 'stopClock' },
              { guard: 'wasLast', target: 'closing', actions: 'toClosing' },
              { target: 'question', actions: 'toNextQuestion' },
            ],
            hint: { guard: 'hintsLeft', actions: 'countHint' },
            repeat: { actions: 'changeNothing' },
          },
        },
        feedback: {
          on: { next: [{ guard: 'wasLast', target: 'closing', actions: 'toClosing' }, { target: 'question', actions: 'toNextQuestion' }] },
        },
        closing: {
          on: { answer: { target: '#interview.ended', actions: 'stopClock' }, skip: { target: '#interview.ended', actions: 'stopClock' }, repeat: {} },
        },
        resumed: { type: 'history' },
      },
    },
    paused: {
      on: {
        resume: [{ guard: ({ context }) => context.since === null, target: 'active.resumed', actions: 'startClock' }],
        end: 'ended',
      },
    },
    ended: { type: 'final' },
  },
});

export type InterviewSnapshot = SnapshotFrom<typeof interviewMachine>;

export function beginInterview(input: { questionCount: number; maxFollowUps: number; practice: boolean; at: number }): InterviewSnapshot {
  return initialTransition(interviewMachine, input)[0];
}
export function restoreInterview(persisted: unknown): InterviewSnapshot {
  return interviewMachine.restoreSnapshot(persisted as Parameters<typeof interviewMachine.restoreSnapshot>[0], undefined as never);
}
export function persistInterview(snapshot: InterviewSnapshot): string {
  return JSON.stringify(interviewMachine.getPersistedSnapshot(snapshot));
}
export function stepInterview(snapshot: InterviewSnapshot, event: InterviewEvent): InterviewSnapshot {
  return transition(interviewMachine, snapshot, event)[0];
}

/** The machine's state as the contract names it. */
export function phaseOf(snapshot: InterviewSnapshot): Phase {
  if (snapshot.matches('ended')) return 'ended';
  if (snapshot.matches('paused')) return 'paused';
  if (snapshot.matches({ active: 'followUp' })) return 'follow-up';
  if (snapshot.matches({ active: 'feedback' })) return 'feedback';
  if (snapshot.matches({ active: 'closing' })) return 'closing';
  return 'question';
}

/** Takes a stretch out of the running clock during which nobody was there (app closed, window gone). */
export function withoutAbsence(snapshot: InterviewSnapshot, leftAt: number, backAt: number): InterviewSnapshot {
  const { since } = snapshot.context;
  if (since === null || backAt <= leftAt) return snapshot;
  const stopped = stopClock(snapshot.context, Math.max(since, leftAt));
  return { ...snapshot, context: { ...snapshot.context, ...stopped, since: backAt } } as InterviewSnapshot;
}

/** Milliseconds spent so far in the interview, and on what is being asked. */
export function timesAt(snapshot: InterviewSnapshot, now: number): { activeMs: number; spentMs: number } {
  const { activeMs, spentMs, since } = snapshot.context;
  const run = since === null ? 0 : Math.max(0, now - since);
  return { activeMs: activeMs + run, spentMs: spentMs + run };
}
