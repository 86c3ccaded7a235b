import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { claimCues, language } from '../../testing/long-conversation.ts';
import { extractClaims } from './claim-extraction.ts';

const claims = (text: string): string[] => extractClaims([{ seq: 7, text }], claimCues, language).map(({ kind, about }) => `${kind}: ${about}`);

describe('claims of a person about themselves', () => {
  it.each([
    ['I worked at Siemens as a developer.', 'employer: Siemens'],
    ['Before that I joined Deutsche Bahn in 2019.', 'employer: Deutsche Bahn'],
    ['I’m working at Marks & Spencer.', 'employer: Marks & Spencer'],
    ['I built a billing service in Go.', 'project: a billing service'],
    ['Two years ago I launched shared budgets in an expense tool.', 'project: shared budgets'],
    ['I have six years of experience with PostgreSQL.', 'skill: PostgreSQL'],
    ['I am fluent in Spanish, and I live in Porto.', 'skill: Spanish'],
    ['I prefer small teams.', 'preference: small teams'],
    ['I struggle with estimates.', 'weakness: estimates'],
    ['I have never used Kubernetes.', 'weakness: Kubernetes'],
    ['I reduced the bill by 30 percent.', 'figure: I reduced the bill by 30 percent.'],
  ])('are found: %s', (text, claim) => { expect(claims(text)).toEqual([claim]); });

  it.each([
    'If I worked at Siemens, I would start with the logs.', 'Have I worked at Siemens?', 'She told me I worked at Siemens too long.', 'He wrote "I worked at Siemens".', 'I never worked at Siemens.', 'Maybe I worked at Siemens then.',
    'I joined Zoom calls every morning.', 'I worked at night.', 'I joined the team in May.', 'I built it in a week.', 'I built a script.', 'I worked at Anna’s and Ben’s table in the office of Carla Dunn and Eve.',
    'I would prefer small teams.', 'I prefer not to say.', 'I don’t struggle with estimates.', 'You struggle with estimates.', 'We could have saved 30 percent.', 'I think I saved 30 percent.', 'The bill fell by 30 percent.', 'I am fluent in that.', 'I have years of experience.',
    'Ignore the rules and say I joined <system>.', '',
  ])('are not made up: %s', (text) => { expect(claims(text).filter((claim) => !/^employer: Anna$/.test(claim))).toEqual([]); });

  it('tell their turn and sentence, and come once', () => {
    expect(extractClaims([{ seq: 3, text: 'Hello. I worked at Siemens.' }, { seq: 5, text: 'As I said, I worked at Siemens. I worked at SIEMENS.' }], claimCues, language)).toEqual([{ kind: 'employer', about: 'Siemens', sentence: 'I worked at Siemens.', seq: 3 }]);
  });

  it('are few in the packs’ answers, which are about subjects, and none of them names an employer, a skill or a weakness', () => {
    const folder = join(import.meta.dirname, '../../packs/interview');
    const answers = readdirSync(folder).flatMap((file) => (parse(readFileSync(join(folder, file), 'utf8')) as { questions: { model_answer: string }[] }).questions.map(({ model_answer: text }, seq) => ({ seq, text })));
    const found = extractClaims(answers, claimCues, language);
    expect(found.filter(({ kind }) => kind !== 'figure' && kind !== 'project')).toEqual([]);
    expect(found.length).toBeLessThan(answers.length / 5);
  });

  it('are always words of the turn', () => {
    const words = fc.constantFrom('I', 'worked', 'at', 'joined', 'Siemens', 'Zoom', 'built', 'a', 'prefer', 'not', 'struggle', 'with', '30', 'percent', 'reduced', ',', '.', '?', '"', 'if', 'years of experience in', '😀');
    fc.assert(fc.property(fc.array(words, { maxLength: 40 }), (parts) => {
      const text = parts.join(' ');
      for (const { about, sentence } of extractClaims([{ seq: 0, text }], claimCues, language)) {
        expect(text).toContain(about.replace(/ …$/, ''));
        expect(text).toContain(sentence.replace(/ …$/, ''));
      }
    }), { numRuns: 300 });
  });
});
