import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginInterview, HINTS_PER_QUESTION, persistInterview, phaseOf, restoreInterview, stepInterview, timesAt, withoutAbsence, type InterviewEvent, type InterviewSnapshot } from './interview-machine.ts';

const begin = (over: Partial<Parameters<typeof beginInterview>[0]> = {}): InterviewSnapshot => beginInterview({ questionCount: 2, maxFollowUps: 2, practice: true, at: 0, ...over });
const walk = (snapshot: InterviewSnapshot, ...types: (InterviewEvent['type'] | 'answer+')[]): InterviewSnapshot =>
  types.reduce((state, type, index) => stepInterview(state, (type === 'answer+' ? { type: 'answer', followUp: 'p', at: index } : type === 'answer' ? { type, followUp: null, at: index } : { type, at: index }) as InterviewEvent), snapshot);

describe('the interview machine', () => {
  it('walks question, follow-ups, feedback, next question, closing, end', () => {
    const phases = ['answer+', 'answer+', 'answer+', 'next', 'answer', 'next', 'answer'] as const;
    const seen = phases.map((_, index) => phaseOf(walk(begin(), ...phases.slice(0, index + 1))));
    expect(seen).toEqual(['follow-up', 'follow-up', 'feedback', 'question', 'feedback', 'closing', 'ended']);
  });

  it('goes straight on without feedback in an exam', () => {
    expect(phaseOf(walk(begin({ practice: false }), 'answer'))).toBe('question');
    expect(phaseOf(walk(begin({ practice: false }), 'answer', 'skip'))).toBe('closing');
  });

  it('comes back from a pause to exactly where it was, through disk', () => {
    for (const way of [[], ['answer+'], ['answer'], ['answer', 'next', 'skip']] as ('answer' | 'answer+' | 'next' | 'skip')[][]) {
      const before = walk(begin(), ...way);
      const paused = restoreInterview(JSON.parse(persistInterview(walk(before, 'pause'))));
      expect(phaseOf(paused)).toBe('paused');
      expect(phaseOf(walk(paused, 'resume'))).toBe(phaseOf(before));
    }
  });

  it('takes a stretch of absence out of the clock, once', () => {
    const snapshot = begin({ at: 1000 });
    expect(timesAt(withoutAbsence(snapshot, 4000, 90_000), 95_000).activeMs).toBe(8000);
    expect(timesAt(withoutAbsence(snapshot, 95_000, 90_000), 95_000).activeMs).toBe(94_000);
  });

  it('keeps its promises under any sequence of events', () => {
    const event = fc.record({ type: fc.constantFrom('answer', 'skip', 'hint', 'repeat', 'next', 'pause', 'resume', 'end'), followUp: fc.option(fc.constant('point')), wait: fc.nat(100_000) });
    fc.assert(fc.property(fc.array(event, { maxLength: 60 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 2 }), fc.boolean(), (events, questionCount, maxFollowUps, practice) => {
      let snapshot = begin({ questionCount, maxFollowUps, practice });
      let at = 0;
      let position = 0;
      for (const { type, followUp, wait } of events) {
        at += wait;
        const step = { type, followUp, at } as InterviewEvent;
        if (!snapshot.can(step)) continue;
        snapshot = restoreInterview(JSON.parse(persistInterview(stepInterview(snapshot, step))));
        const { context } = snapshot;
        expect(context.followUpsAsked).toBeLessThanOrEqual(maxFollowUps);
        expect(context.hintsUsed).toBeLessThanOrEqual(HINTS_PER_QUESTION);
        expect(context.position).toBeGreaterThanOrEqual(position);
        expect(context.position).toBeLessThanOrEqual(questionCount);
        expect(timesAt(snapshot, at).activeMs).toBeLessThanOrEqual(at);
        expect(timesAt(snapshot, at).spentMs).toBeGreaterThanOrEqual(0);
        if (!practice) expect(phaseOf(snapshot)).not.toBe('feedback');
        position = context.position;
      }
      expect(phaseOf(snapshot) === 'ended' || snapshot.can({ type: 'end', at })).toBe(true);
    }), { seed: 20261121 });
  });
});
