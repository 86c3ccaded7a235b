import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSpeechGuard, type SpokenKind } from './speech-guard.ts';

const INTENT = 'How would you know what the database is really doing with that query?';
const QUESTION = 'A page shows a customer’s 20 newest orders. It took 30 milliseconds last year; now it takes 4 seconds. How do you find out why?';
const ANSWER = 'I would add an index on the created_at column and a cache in front, and then watch the dashboard.';
const SECRET = 'I would take the exact SQL from the slow query log and explain it with real parameters before I change a thing';
const INSTRUCTION = `Ask one follow-up question. What you want to know now: ${INTENT}\n- One or two short sentences, and the last one is the question.\n\nExample:\nYou said the team was happier once the reports came at night. How did you measure that?`;
const terms = (text: string): Set<string> => new Set((text.toLowerCase().match(/[a-z_]{4,}/g) ?? []).filter((word) => !['what', 'would', 'with', 'that', 'your', 'have', 'about', 'from', 'this', 'really'].includes(word)));
const guard = (kind: SpokenKind = 'follow-up') => createSpeechGuard({ kind, secrets: [SECRET], instruction: INSTRUCTION, known: [INTENT, QUESTION, ANSWER], terms });
const kept = (raw: string, kind?: SpokenKind): string => { const verdict = guard(kind).finish(raw); return verdict.ok ? verdict.text : `refused: ${verdict.why}`; };

const GOOD = 'You would add an index first. How would you check what the database does with the query before that?';

it.each([
  ['a plain follow-up', GOOD, GOOD],
  ['words in quotation marks', `"${GOOD}"`, GOOD],
  ['a name in front', `**Interviewer:** ${GOOD}`, GOOD],
  ['thinking in front', `<think>The candidate skipped the plan.</think>\n\n${GOOD}`, GOOD],
  ['a paragraph between the sentences', GOOD.replace('. ', '.\n\n'), GOOD],
  ['words that run on into the candidate’s', `${GOOD}\nCandidate: I would run EXPLAIN.`, GOOD],
  ['a second question', `${GOOD} And what would you do after that?`, GOOD],
  ['a tag before the question', 'You would add an index, right? How would you check the query before?', 'You would add an index, right? How would you check the query before?'],
  ['praise in front', `That is a great answer. ${GOOD}`, GOOD],
  ['an invitation instead of a question mark', 'You named an index. Walk me through how you would check the query.', 'You named an index. Walk me through how you would check the query.'],
  ['asking whether one may ask', 'May I ask about one part? How would you check the query before that?', 'May I ask about one part? How would you check the query before that?'],
  ['a question without a matter of its own', 'You named an index. And why was that?', 'You named an index. And why was that?'],
  ['an abbreviation in the question', 'You named tools, e.g. a cache. Which of them shows what the query does?', 'You named tools, e.g. a cache. Which of them shows what the query does?'],
])('keeps %s as what one would say', (_, raw, said) => { expect(kept(raw)).toBe(said); });

it.each([
  ['nothing', '', 'there were none'],
  ['only thinking', '<think>The candidate skipped the plan', 'asked nothing'],
  ['a statement', 'I see, so you would add an index on the column.', 'asked nothing'],
  ['a statement with the verb of an invitation', 'I see that you would take the index and name the query.', 'asked nothing'],
  ['a sentence that broke off', 'You would add an index. How would you check what the database', 'asked nothing'],
  ['a list', '- How would you check the query?\n- What about the cache?', 'asked nothing'],
  ['a heading', '## Follow-up on the index\nHow would you check the query?', 'asked nothing'],
  ['chat marks', 'How would you check <|im_end|> the query?', 'marks'],
  ['somebody else’s words', 'You said so. Candidate: I would use an index. Interviewer: how would you check the query?', 'somebody else'],
  ['the rubric’s own words', 'Would you take the exact SQL from the slow query log for the query?', 'gave away'],
  ['its example', 'You said the team was happier once the reports came at night. How did you check the query?', 'repeated'],
  ['its instruction', 'What is one or two short sentences, and the last one is the question about the query?', 'repeated'],
  ['another script', 'Как вы узнаете, что делает база данных с query?', 'script'],
  ['another language', 'Comment sauriez-vous vraiment ce que fait la base avec cette query ?', 'English'],
  ['noise', 'xQ]{2~kd@@ query ##$%^ zz?', 'not made of words'],
  ['control characters', 'How would you \u0007 check the query?', 'not made of words'],
  ['far too much', `You said that you would ${'look at the index and '.repeat(20)} the query, so how would you check it?`, 'too long'],
  ['small talk', 'How are you today, my friend?', 'something else'],
])('refuses %s', (_, raw, why) => { expect(kept(raw)).toContain(why); });

it.each([
  ['two sentences', 'So the index comes first. Let us turn to something else.', 'So the index comes first. Let us turn to something else.'],
  ['what stands before a question', 'So the index comes first. What is a deadlock?', 'So the index comes first.'],
  ['what is left without praise', 'Excellent answer! So the index comes first. Let us move on.', 'So the index comes first. Let us move on.'],
  ['what is left without teaching', 'You could also have read the plan. Let us move on.', 'Let us move on.'],
  ['no more than two sentences', 'I see. So the index comes first. Let us move on. Here it comes.', 'I see. So the index comes first.'],
])('keeps of a lead-in %s', (_, raw, said) => { expect(kept(raw, 'lead-in')).toBe(said); });

it('refuses a lead-in that only asks or only praises', () => {
  expect(kept('What is a deadlock?', 'lead-in')).toContain('did not lead over');
  expect(kept('Great answer!', 'lead-in')).toContain('did not lead over');
});

it('lets a closing and an opening take over their example', () => {
  const said = 'Those were all my questions. Is there anything you would like to add?';
  const closing = createSpeechGuard({ kind: 'closing', secrets: [], instruction: `Close the interview.\n\nExample:\n${said}`, known: [], terms });
  expect(closing.finish(said)).toEqual({ ok: true, text: said });
});

it('holds the beginning of a sentence back until it cannot be praise or a name any more', () => {
  const { showable } = guard();
  expect(showable('Interviewer: You would add')).toEqual({ ok: true, text: '' });
  expect(showable('Great answer. You would add')).toEqual({ ok: true, text: '' });
  expect(showable('You would add an index on the created_at column and th')).toMatchObject({ text: 'You would add an index on the created_at column and th' });
});

it('shows a lead-in a sentence at a time', () => {
  const { showable } = guard('lead-in');
  expect(showable('So the index comes first. Let us')).toEqual({ ok: true, text: 'So the index comes first.' });
  expect(showable('So the index comes first. Which')).toEqual({ ok: true, text: 'So the index comes first.' });
  expect(showable('So the index comes first. Which one? And')).toEqual({ ok: true, text: 'So the index comes first.' });
});

const pieces = fc.constantFrom(
  'You would add an index', ' on created_at', '. ', '? ', '! ', 'Great answer', 'How would you check the query', ', right', '\n', '\n\n', '- ', '1. ', '"', '”', '**', 'e.g. ', 'Node.js ', ' 3.5 ',
  'Candidate: ', 'Interviewer: ', '<think>', '</think>', '<', '<|im_end|>', '`x`', ' and so on', 'It is good work', ' because the table grew', '…', ':',
);
it('never takes back what it has shown, except by refusing, and keeps what it has shown', () => {
  fc.assert(fc.property(fc.array(pieces, { minLength: 1, maxLength: 12 }), fc.constantFrom<SpokenKind>('opening', 'lead-in', 'follow-up', 'closing'), (parts, kind) => {
    const raw = parts.join('');
    const { showable, finish } = guard(kind);
    let shown = '';
    for (let length = 1; length <= raw.length; length++) {
      const verdict = showable(raw.slice(0, length));
      if (!verdict.ok) return;
      expect(verdict.text.startsWith(shown), `${JSON.stringify(raw.slice(0, length))} showed ${JSON.stringify(shown)}, now ${JSON.stringify(verdict.text)}`).toBe(true);
      shown = verdict.text;
    }
    const last = finish(raw);
    if (last.ok) expect(last.text.startsWith(shown), `${JSON.stringify(raw)} showed ${JSON.stringify(shown)}, kept ${JSON.stringify(last.text)}`).toBe(true);
  }), { numRuns: 3000 });
});

it.each([
  'You would add an index, right? You would add an index and then another one and another one',
  'Tell me about that index. You would add an index and then another one and another one',
])('takes back openly what broke off after it had been shown: %s', (raw) => {
  const { showable, finish } = guard('follow-up');
  const shown = showable(raw);
  const last = finish(raw);
  expect(shown.ok).toBe(true);
  expect(last.ok && shown.ok ? last.text.startsWith(shown.text) : 'refused').not.toBe(false);
});
