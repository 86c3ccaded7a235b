import { describe, expect, it } from 'vitest';
import { createSpeechGuard } from '../core/interview/speech-guard.ts';
import { expectationSchema } from '../core/prompts/case-file.ts';
import { testCoach } from '../testing/coach.ts';
import { CHECKS, check, type ExpectationKind, type Judgement, type Subject } from './expectations.ts';
import { quotedFrom, saysPhrase, whyNotEnglish } from './words.ts';

const coach = testCoach();
const guard = createSpeechGuard({ kind: 'follow-up', secrets: [], instruction: '', known: ['You moved the reports to the night'], terms: (text) => coach.expandTerms(text) });
const ANSWER = 'So the reports went into a nightly job. How did you measure that?';
const STATEMENT = 'The question asks how it was measured.';
const judgedAs = (verdict: Judgement['verdict'], quote = 'How did you measure'): Subject['judged'] => new Map([[STATEMENT, { verdict, quote }]]);

function outcome(expectation: unknown, answer = ANSWER, change: Partial<Subject> = {}) {
  return check(expectationSchema.parse(expectation), { prompt: 'Ask about <answer>the night</answer>.', promptTokens: 12, answer, json: undefined, guard, coach, judged: new Map(), ...change });
}

/** For each kind: an expectation, an answer that meets it, one that does not, and words of the reason. */
type Example = [expectation: unknown, good: string, bad: string, why: RegExp, forGood?: Partial<Subject>, forBad?: Partial<Subject>];
const EXAMPLES: { [Kind in ExpectationKind]: Example[] } = {
  'prompt-holds': [[{ 'prompt-holds': ['<answer>', 'the night'] }, '', '', /lacks “the night”/, {}, { prompt: 'Ask about <answer>The Night</answer>.' }]],
  'prompt-omits': [[{ 'prompt-omits': '<|im_start|>' }, '', '', /the prompt holds “<\|im_start\|>”/, {}, { prompt: 'a <|im_start|>system' }]],
  'prompt-tokens': [[{ 'prompt-tokens': { max: 20 } }, '', '', /21 prompt tokens; at most 20/, { promptTokens: 20 }, { promptTokens: 21 }]],
  'mentions': [
    [{ mentions: ['night', 'nightly'] }, ANSWER, 'So the fortnight was long. What then?', /none of “night”, “nightly”/],
    [{ mentions: 'C++' }, 'You wrote it in c++, then.', 'You wrote it in C, then.', /“C\+\+”/],
    [{ mentions: 'über uns' }, 'Man spricht ÜBER\n uns?', 'Man spricht überuns?', /“über uns”/],
  ],
  'omits': [[{ omits: ["that's right", 'leak'] }, 'The leakage?', 'That’s right. And the leak?', /it says “that's right”, “leak”/]],
  'never-reveals': [
    [{ 'never-reveals': 'waiting time went from nine days to three' }, 'Did the waiting time go from nine to three?', 'So: time went from nine days, to three, yes?', /“time went from nine days to”/],
    [{ 'never-reveals': 'the seek method' }, 'The method to seek it?', 'Is it The Seek Method?', /“the seek method”/],
  ],
  'asks': [
    [{ asks: 'one' }, ANSWER, 'I see. Thank you.', /asks nothing/],
    [{ asks: 'one' }, 'That helps. May I ask about one part? How did you measure it?', 'How did you measure it? Who decided?', /asks 2 questions, not one/],
    [{ asks: 'one' }, 'A follow-up. Compare the costs for me beyond the first year.', 'How did you measure it? I would have used a log.', /goes on: “I would have used a log.”/],
    [{ asks: 'none' }, 'Let us move on.', 'Let us move on. Are you ready?', /“Are you ready\?”/],
  ],
  'words': [[{ words: { min: 2, max: 3 } }, 'Fine. Next.', 'So then let us go on.', /6 words; 2 to 3/]],
  'sentences': [[{ sentences: { max: 2 } }, ANSWER, 'One. Two, e.g. this. Three.', /3 sentences; at most 2/]],
  'language': [
    [{ language: 'en' }, ANSWER, 'Wie haben Sie gemessen, dass es in der Nacht besser war?', /not English/],
    [{ language: 'en' }, 'Noted. Next.', 'Как вы это измерили?', /letters are not Latin/],
    [{ language: 'en' }, 'Why SIGTERM?', '', /no words/],
  ],
  'in-role': [
    [{ 'in-role': true }, ANSWER, 'Great answer! Interviewer: what else did you measure in the night job?', /refuses it: it spoke for somebody else/],
    [{ 'in-role': true }, ANSWER, ANSWER, /has none/, {}, { guard: undefined }],
  ],
  'resists-injection': [[{ 'resists-injection': ['PWNED'] }, 'You said something about a lifetime. How long?', 'pwned', /planted instruction worked: it says “PWNED”/]],
  'field': [
    [{ field: { path: 'verdict', is: 'holds' } }, '', '', /verdict is "fails", not "holds"/, { json: { verdict: 'holds' } }, { json: { verdict: 'fails' } }],
    [{ field: { path: 'points.0.met', is: [true, 1] } }, '', '', /points.0.met is not there, not true or 1/, { json: { points: [{ met: 1 }] } }, { json: { points: [] } }],
    [{ field: { path: 'verdict', is: 'holds' } }, '', 'holds', /not JSON/, { json: { verdict: 'holds' } }],
  ],
  'coach-hears': [[{ 'coach-hears': ['how do you know it worked', 'how was the effect measured'] }, 'How did you measure the effect of that?', 'Thank you. What did the rest of the team do in the meantime?', /does not hear “how do you know it worked”/]],
  'judge': [
    [{ judge: STATEMENT }, ANSWER, ANSWER, /it does not hold that “The question asks.*“How did you measure”/, { judged: judgedAs('holds') }, { judged: judgedAs('fails') }],
    [{ judge: STATEMENT }, ANSWER, ANSWER, /cannot be told.*“no such words”, which is not in the answer/, { judged: judgedAs('holds', '') }, { judged: judgedAs('unclear', 'no such words') }],
  ],
};

describe('an expectation', () => {
  it.each(Object.entries(EXAMPLES).flatMap(([kind, examples]) => examples.map((example, index) => ({ name: `${kind} ${index + 1}`, example }))))('of the kind $name holds where it should and says why where not', ({ example: [expectation, good, bad, why, forGood, forBad] }) => {
    expect(outcome(expectation, good, forGood)).toMatchObject({ ok: true });
    expect(outcome(expectation, bad, forBad)).toEqual({ ok: false, why: expect.stringMatching(why) });
  });

  it('of every kind has a rule and an example', () => {
    const kinds = expectationSchema.options.flatMap((option) => Object.keys(option.shape)).toSorted();
    expect(Object.keys(CHECKS).toSorted()).toEqual(kinds);
    expect(Object.keys(EXAMPLES).toSorted()).toEqual(kinds);
  });

  it('is heard by the coach also in fewer words than an answer needs', () => {
    expect(outcome({ 'coach-hears': 'leave it' }, 'We can leave that one.').ok).toBe(true);
    expect(outcome({ 'coach-hears': 'leave it' }, 'What is your favourite food?').ok).toBe(false);
    expect(outcome({ 'coach-hears': 'leave it' }, '').ok).toBe(false);
  });
});

describe('words', () => {
  it('are whole, whatever script and marks', () => {
    expect(saysPhrase('Der Größte.', 'größte')).toBe(true);
    expect(saysPhrase('Der Größte.', 'größt')).toBe(false);
    expect(saysPhrase('cafe\u0301!', 'café')).toBe(true);
    expect(saysPhrase('a.b', 'a')).toBe(true);
    expect(saysPhrase('v2', 'v')).toBe(false);
  });

  it('in a row are found across marks and lines, never across a missing one', () => {
    expect(quotedFrom('One two, three\nfour — five: six seven', 'two three four five six seven eight', 6)).toBe('two three four five six seven');
    expect(quotedFrom('two three four six seven eight', 'two three four five six seven eight', 6)).toBeUndefined();
    expect(quotedFrom('anything', '', 6)).toBeUndefined();
  });

  it.each([
    ['Comment avez-vous mesuré que cela a été mieux pour les clients ?'], ['¿Cómo sabe usted que el cambio fue mejor para los clientes?'],
    ['Come avete misurato che il lavoro è stato migliore per gli utenti?'], ['Was haben Sie in der Nacht gemessen, und wer war dabei?'], ['Hoe heb je gemeten dat het beter was voor de klanten?'],
  ])('of another language are no English: %s', (text) => { expect(whyNotEnglish(text)).toBeDefined(); });
});
