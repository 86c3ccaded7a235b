import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT, temporaryFolder } from '../../testing/engine.ts';
import { fillLine, interviewerLine, sentence, VoiceFile } from './voice.ts';

const SHIPPED = join(PROJECT, 'packs/voice/interviewer.yaml');

it('keeps speaking with its last good version when the file breaks, and names the line', () => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'interviewer.yaml');
  const good = readFileSync(SHIPPED, 'utf8');
  writeFileSync(file, good);
  const voice = new VoiceFile(file);
  const before = voice.current;
  writeFileSync(file, good.replace('  friendly:\n', '  friendly: [\n'));
  voice.reload();
  expect(voice.current).toBe(before);
  expect(voice.problem).toMatchObject({ file: 'interviewer.yaml', line: expect.any(Number), lastGoodInUse: true });
  writeFileSync(file, good.replace('version: 1', 'version: 2'));
  voice.reload();
  expect(voice.current.version).toBe(2);
  expect(voice.problem).toBeUndefined();
  folder.dispose();
});

it('gives the same turn the same words, and other turns other words', () => {
  const { current } = new VoiceFile(SHIPPED);
  const say = (turn: number): string => interviewerLine(current, 'neutral', 'next_after_thin', turn);
  expect(say(3)).toBe(say(3));
  expect(say(3)).not.toBe(say(4));
});

it('leaves an unknown name visible and refuses a sentence it does not have', () => {
  expect(fillLine('{a} and {b}', { a: 1 })).toBe('1 and {b}');
  expect(() => sentence({}, 'none')).toThrow('"none"');
});
