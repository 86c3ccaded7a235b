import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testCoach } from '../../testing/coach.ts';
import { parsePack } from './pack-file.ts';
import { lintPacks } from './pack-lint.ts';
import type { Pack } from './pack-schema.ts';

const folder = resolve(import.meta.dirname, '../../packs/interview');
const coach = testCoach();
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const packs = files.flatMap((name) => {
  const parsed = parsePack(readFileSync(join(folder, name), 'utf8'), name);
  return parsed.ok ? [parsed.pack] : [];
});

describe('the shipped packs', () => {
  it('can all be read', () => {
    expect(packs).toHaveLength(files.length);
  });

  it('have nothing the linter objects to', () => {
    expect(lintPacks(packs, coach)).toEqual([]);
  }, 60_000);
});

describe('the linter', () => {
  const [first, second] = packs;
  const sample = (): Pack[] => structuredClone([{ ...first!, questions: first!.questions.slice(0, 3) }, { ...second!, questions: second!.questions.slice(0, 3) }]);
  const reasons = (changed: Pack[]) => lintPacks(changed, coach).map((finding) => finding.reason);

  it('passes a sound sample', () => {
    expect(reasons(sample())).toEqual([]);
  });

  it('names an id used in two packs', () => {
    const changed = sample();
    changed[1]!.questions[0]!.id = changed[0]!.questions[0]!.id;
    expect(reasons(changed).join()).toMatch(/id is also used/);
  });

  it('names a model answer that misses its own points', () => {
    const changed = sample();
    changed[0]!.questions[0]!.model_answer = changed[0]!.questions[0]!.model_answer.split('. ').slice(0, 2).join('. ');
    expect(reasons(changed).join()).toMatch(/the model answer earns \d+ %, not 85 %/);
  });

  it('names a rubric that anything meets', () => {
    const changed = sample();
    for (const point of changed[0]!.questions[0]!.points) { point.shows = 'Where I grew up it rained most of the autumn'; point.said_as = ['on Sundays we baked bread', 'we played cards and argued about films']; }
    expect(reasons(changed).join()).toMatch(/chatter earns/);
  });

  it('names two questions that ask nearly the same', () => {
    const changed = sample();
    changed[1]!.questions[0]!.question = changed[0]!.questions[0]!.question.replace('How', 'And how');
    changed[1]!.questions[0]!.title = changed[0]!.questions[0]!.title;
    expect(reasons(changed).join()).toMatch(/asks nearly the same/);
  });
});
