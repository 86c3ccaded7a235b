import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Pack, Question } from '../core/interview/pack-schema.ts';
import { PROJECT } from './engine.ts';

/** Every shipped question by id. */
export function shippedQuestions(): Map<string, Question> {
  const folder = join(PROJECT, 'packs/interview');
  const packs = readdirSync(folder).filter((file) => file.endsWith('.yaml')).map((file) => parse(readFileSync(join(folder, file), 'utf8')) as Pack);
  return new Map(packs.flatMap((pack) => pack.questions.map((question) => [question.id, question] as const)));
}
