import { expect, test } from 'vitest';
import type { Turn } from '../../../../core/contract/interview.ts';
import { joinTurns, lastAnswers, mergeLeads, splitAtAsked } from './turns-shown.ts';

let seq = 0;
const turn = (kind: Turn['kind'], questionIndex: number, text: string = kind): Turn => ({
  seq: seq++, by: kind === 'answer' ? 'candidate' : 'interviewer', kind, questionIndex, text, at: '2026-01-01T00:00:00Z', elapsedMs: null, words: null, madeBy: null, state: 'said', cut: null, rating: null,
});
const talk = [turn('opening', 0, 'Hello.'), turn('question', 0), turn('answer', 0), turn('opening', 1, 'Thank you.'), turn('question', 1), turn('hint', 1)];

test('keeps the lead-over and later hints with the question that is being answered', () => {
  const { past, lead, asked, after } = splitAtAsked(talk, true);
  expect([past.map(({ kind }) => kind), lead?.text, asked?.questionIndex, after.map(({ kind }) => kind)]).toEqual([['opening', 'question', 'answer'], 'Thank you.', 1, ['hint']]);
});

test('shows everything as past when nothing is being answered', () => {
  expect(splitAtAsked(talk, false)).toMatchObject({ asked: null, past: talk });
});

test('does not take the words of another question for the lead-over', () => {
  expect(splitAtAsked([turn('opening', 0), turn('follow-up', 1)], true).lead).toBeNull();
});

test('joins a lead-over and its question into one past turn and leaves the rest alone', () => {
  expect(mergeLeads(talk).map(({ kind, text }) => `${kind}: ${text}`)).toEqual(['question: Hello.\nquestion', 'answer: answer', 'question: Thank you.\nquestion', 'hint: hint']);
});

test('a rating belongs to the words a model made: to the lead-over, not to the question it was joined with', () => {
  const model = { who: 'local', part: 'interview/opening', version: '1', model: { provider: 'p', name: 'm', inputTokens: 1, outputTokens: 1 } } as const;
  const lead: Turn = { ...turn('opening', 3, 'Good.'), madeBy: { ...model }, rating: 'up' };
  const question = turn('question', 3);
  expect(mergeLeads([lead, question])).toMatchObject([{ seq: question.seq, wordedSeq: lead.seq, rating: 'up' }]);
  expect(mergeLeads([{ ...lead, madeBy: null }, question])).toMatchObject([{ wordedSeq: question.seq, rating: null }]);
});

test('joins overlapping stretches of the transcript without a gap or a double', () => {
  const [first, second, third, fourth] = talk;
  expect(joinTurns([first, second, third] as Turn[], [third, fourth] as Turn[])).toEqual([first, second, third, fourth]);
});

test('finds the last answer to each question', () => {
  const answers = [turn('answer', 0), turn('follow-up', 0), turn('answer', 0), turn('answer', 1)];
  expect([...lastAnswers(answers)]).toEqual([answers[2]?.seq, answers[3]?.seq]);
});
