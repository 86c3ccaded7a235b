import { expect, test } from 'vitest';
import { comparedFiles } from './compared-files.ts';

const words = (source: string, ...partials: [string, string][]) => ({ source, partials: partials.map(([name, text]) => ({ name, text })) });

test('a part stands beside the same part in another version, and beside nothing when the other side has none', () => {
  const files = comparedFiles(words('one', ['interview/tone.v1', 'calm'], ['interview/rules.v1', 'rules']), words('two', ['interview/tone.v2', 'brisk'], ['interview/new.v1', 'new']), 'The file');
  expect(files).toEqual([
    { name: 'The file', left: 'one', right: 'two' },
    { name: 'interview/tone.v1, interview/tone.v2', left: 'calm', right: 'brisk' },
    { name: 'interview/rules.v1', left: 'rules', right: null },
    { name: 'interview/new.v1', left: null, right: 'new' },
  ]);
});

test('where both sides take in the same version of a part, it is not set beside another version', () => {
  const files = comparedFiles(words('one', ['a/tone.v1', 'calm'], ['a/tone.v2', 'brisk']), words('two', ['a/tone.v2', 'brisk']), 'The file');
  expect(files.slice(1)).toEqual([{ name: 'a/tone.v1', left: 'calm', right: null }, { name: 'a/tone.v2', left: 'brisk', right: 'brisk' }]);
});
