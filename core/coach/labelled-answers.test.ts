import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { orderLabelledAnswers } from '../../bench/labelled-pairs.ts';
import { parsePack } from '../interview/pack-file.ts';
import { testCoach } from '../../testing/coach.ts';

const folder = resolve(import.meta.dirname, '../../packs/interview');

it('orders at least 95 % of the labelled pairs of at least 60 shipped questions rightly', () => {
  const questions = readdirSync(folder).filter((name) => name.endsWith('.yaml')).flatMap((name) => {
    const parsed = parsePack(readFileSync(join(folder, name), 'utf8'), name);
    return parsed.ok ? parsed.pack.questions : [];
  });
  const result = orderLabelledAnswers(testCoach(), questions);
  expect(result.questions).toBeGreaterThanOrEqual(60);
  expect(result.right / result.all, result.wrong.join('\n')).toBeGreaterThanOrEqual(0.95);
}, 30_000);
