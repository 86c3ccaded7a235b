import { expect, test } from 'vitest';
import type { SpeechPart, Turn } from '../../../../core/contract/interview.ts';
import { hear, isSpoken, justSaid, withHeard, type Heard } from './speech-words.ts';

const turn = (seq: number, state: Turn['state'], text = '', more: Partial<Turn> = {}): Turn => ({
  seq, by: 'interviewer', kind: 'follow-up', questionIndex: 0, text, at: '2026-01-01T00:00:00Z', elapsedMs: null, words: null, madeBy: { who: 'coach', part: 'interviewer', version: '1' }, state, cut: null, rating: null, ...more,
});
const listen = (...parts: SpeechPart[]): Heard | null => parts.reduce<Heard | null>(hear, null);

test('puts words together as they come, and keeps them after the end until the view has them', () => {
  expect(listen({ type: 'start', seq: 4, text: 'You said ', by: 'A · m' }, { type: 'delta', seq: 4, text: 'so. ' }, { type: 'delta', seq: 4, text: 'Why?' }, { type: 'end', seq: 4 }))
    .toEqual({ seq: 4, text: 'You said so. Why?', by: 'A · m', cut: null, switches: [] });
});

test('takes back what broke off, keeps it as cut, and remembers who did not answer', () => {
  const heard = listen(
    { type: 'start', seq: 4, text: '', by: 'A · m' }, { type: 'delta', seq: 4, text: 'You sa' }, { type: 'switch', seq: 4, from: 'A', to: 'B', says: 'A stopped; B goes on.' },
    { type: 'restart', seq: 4, cut: 'You sa' }, { type: 'start', seq: 4, text: '', by: 'B · m' }, { type: 'delta', seq: 4, text: 'Why?' },
  );
  expect(heard).toEqual({ seq: 4, text: 'Why?', by: 'B · m', cut: 'You sa', switches: ['A stopped; B goes on.'] });
});

test('begins anew with the next turn and leaves out parts of a turn it never heard begin', () => {
  const first = listen({ type: 'start', seq: 4, text: 'Why?', by: 'A' });
  expect(hear(first, { type: 'delta', seq: 6, text: 'half' })).toBe(first);
  expect(hear(first, { type: 'start', seq: 6, text: '', by: 'A' })).toMatchObject({ seq: 6, text: '', switches: [] });
});

test('shows the stream in the turn that is being said, or the view’s words when they are further on', () => {
  const heard = listen({ type: 'start', seq: 4, text: 'You said', by: 'A' });
  expect(withHeard([turn(3, 'said', 'Hello.'), turn(4, 'speaking')], heard)).toMatchObject([{ text: 'Hello.' }, { text: 'You said', madeBy: null }]);
  expect(withHeard([turn(4, 'speaking', 'You said so.')], heard)).toMatchObject([{ text: 'You said so.' }]);
  expect(withHeard([turn(4, 'speaking', 'You said so.')], null)).toMatchObject([{ text: 'You said so.', madeBy: null }]);
});

test('leaves a turn that has been said as the engine tells it', () => {
  const said = turn(4, 'said', 'Why is that?');
  expect(withHeard([said], listen({ type: 'start', seq: 4, text: 'You said', by: 'A' }))).toEqual([said]);
});

test('never brings back from the view what was taken back', () => {
  const heard = listen({ type: 'start', seq: 4, text: 'You sa', by: 'A' }, { type: 'restart', seq: 4, cut: 'You sa' });
  expect(withHeard([turn(4, 'speaking', 'You sa')], heard)).toMatchObject([{ text: '', cut: 'You sa' }]);
});

test('announces a turn once, when it has been said', () => {
  const before = [turn(3, 'said', 'Hello.'), turn(4, 'speaking', 'Wh')];
  expect(justSaid(before, [turn(3, 'said', 'Hello.'), turn(4, 'speaking', 'Why')])).toBe('');
  expect(justSaid(before, [turn(3, 'said', 'Hello.'), turn(4, 'said', 'Why?'), turn(5, 'said', 'Hint.')])).toBe('Why?');
  expect(justSaid([turn(4, 'said', 'Why?')], [turn(4, 'said', 'Why?')])).toBe('');
});

test('keeps room for the words of a model, and for none of the coach’s own', () => {
  expect([turn(1, 'speaking'), turn(1, 'said'), turn(1, 'said', '', { madeBy: { who: 'coach', part: 'interviewer', version: '1', instead: 'A did not answer.' } })].map(isSpoken)).toEqual([true, false, true]);
});
