import { expect, test } from 'vitest';
import type { PromptVersionView, PromptView } from '../../../core/contract/prompts.ts';
import { changeOf, comparedFirst, headingOf, labelChoices, notableStates, pathOf, problemsOf, promptGroups, promptsFound, versionsListed } from './prompt-groups.ts';

const version = (name: string, more: Partial<PromptVersionView> = {}): PromptVersionView => ({ version: name, hash: 'abcdef012345', origin: 'app', state: 'released', file: `prompts/a/b.v${name}.prompt`, labels: [], about: '', changelog: '', ...more });
const prompt = (id: string, versions: PromptVersionView[] = [version('1')]): PromptView => ({ id, about: '', lane: 'background', versions, inUse: '1', experimentId: null, cases: 0 });

test('prompts stand under their folder in the order of their names, the fullest folder first', () => {
  const groups = promptGroups([prompt('eval/judge'), prompt('interview/opening'), prompt('interview/closing')]);
  expect(groups.map(({ folder, prompts }) => [folder, prompts.map(({ id }) => id)])).toEqual([['interview', ['interview/closing', 'interview/opening']], ['eval', ['eval/judge']]]);
  expect(headingOf('resume-match')).toBe('Resume match');
});

test('states worth a word are counted, the worst first', () => {
  expect(notableStates([version('1'), version('2', { state: 'draft' }), version('3', { state: 'broken' }), version('4', { state: 'draft' })])).toEqual([{ state: 'broken', count: 1 }, { state: 'draft', count: 2 }]);
});

test('a problem belongs to the prompt whose file or name it gives, not to one whose name only begins so', () => {
  const at = (file: string, reason = 'broken') => ({ file, line: 1, reason, lastGoodInUse: true });
  const problems = [at('prompts/interview/follow-up.v2.prompt'), at('prompts/interview/follow-up-two.v1.prompt'), at('prompts/labels.json', 'interview/follow-up has no version 9'), at('prompts/labels.json', 'not JSON'), at('C:\\prompts\\interview\\follow-up.cases.yaml')];
  expect(problemsOf('interview/follow-up', problems)).toEqual([problems[0], problems[2], problems[4]]);
});

test('the version in use is compared with the shown one; when that is in use, with the one before, or else after it', () => {
  const versions = [version('1'), version('2'), version('3')];
  expect(comparedFirst({ versions, inUse: '1' }, '3')).toEqual({ left: '1', right: '3' });
  expect(comparedFirst({ versions, inUse: '2' }, '2')).toEqual({ left: '1', right: '2' });
  expect(comparedFirst({ versions, inUse: '1' }, '1')).toEqual({ left: '1', right: '2' });
  expect(comparedFirst({ versions: [version('1')], inUse: '1' }, '1')).toEqual({ left: '1', right: '1' });
});

test('the usual labels are offered first, each with the version that has it', () => {
  expect(labelChoices([version('1', { labels: ['production'] }), version('2', { labels: ['for-juniors'] })])).toEqual([{ label: 'production', on: '1' }, { label: 'candidate', on: null }, { label: 'for-juniors', on: '2' }]);
});

test('a line of the changelog does not say its version twice', () => {
  expect(changeOf({ version: '2.terse', changelog: '2.terse: at most twelve words' })).toBe('at most twelve words');
  expect(changeOf({ version: '2', changelog: '12: another version' })).toBe('12: another version');
});

test('a version of one\'s own is named by the path that an editor opens, as its system writes paths', () => {
  expect(pathOf('a/b', version('2', { origin: 'own', file: 'own prompts/a/b.v2.prompt' }), '/home/ada/prompts')).toBe('/home/ada/prompts/a/b.v2.prompt');
  expect(pathOf('a/b', version('2.terse', { origin: 'own' }), 'C:\\Ada\\prompts')).toBe('C:\\Ada\\prompts\\a\\b.v2.terse.prompt');
  expect(pathOf('a/b', version('1'), '/home/ada/prompts')).toBe('prompts/a/b.v1.prompt');
});

test('numbers in names are put in order as numbers', () => {
  expect(promptGroups([prompt('a/step-10'), prompt('a/step-2')])[0]?.prompts.map(({ id }) => id)).toEqual(['a/step-2', 'a/step-10']);
});

test('a prompt is found by words of its name and of what it is for, in any order', () => {
  const prompts = [prompt('interview/follow-up'), { ...prompt('interview/opening'), about: 'The first words, before a question' }];
  expect(promptsFound(prompts, ' FIRST interview ').map(({ id }) => id)).toEqual(['interview/opening']);
  expect(promptsFound(prompts, ' ')).toHaveLength(2);
  expect(promptsFound(prompts, 'zeppelin')).toEqual([]);
});

test('of many versions the newest stay listed, and each one that means something now', () => {
  const many = Array.from({ length: 40 }, (_, at) => version(String(at + 1), at === 6 ? { labels: ['for-juniors'] } : at === 8 ? { state: 'broken' } : {}));
  const { all, first } = versionsListed(prompt('a/b', many), '20');
  expect(all).toHaveLength(40);
  expect(first.map((one) => one.version)).toEqual(['40', '39', '38', '37', '36', '20', '9', '7', '1']);
  expect(versionsListed(prompt('a/b', many.slice(0, 8)), '1').first).toHaveLength(8);
});
