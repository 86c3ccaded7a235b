import { mkdirSync, readdirSync, readFileSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { SessionView, Setup } from '../core/contract/interview.ts';
import { createEngine, type Engine, type EngineOptions } from '../core/engine.ts';
import type { Pack, Question } from '../core/interview/pack-schema.ts';
import { PROJECT, temporaryFolder } from '../testing/engine.ts';

/** A real engine whose one pack repeats the shipped questions under new ids, so that one interview can run past a thousand turns. */
export async function engineWithLongPack(questions: number, options: Partial<EngineOptions> = {}): Promise<{ engine: Engine; setup: Setup; dispose(): Promise<void> }> {
  const folder = temporaryFolder('role-accel-bench-');
  const packsDir = join(folder.path, 'packs');
  cpSync(join(PROJECT, 'packs/voice'), join(packsDir, 'voice'), { recursive: true });
  cpSync(join(PROJECT, 'packs/language'), join(packsDir, 'language'), { recursive: true });
  mkdirSync(join(packsDir, 'interview'));
  const shipped = readdirSync(join(PROJECT, 'packs/interview')).flatMap((file) => (parse(readFileSync(join(PROJECT, 'packs/interview', file), 'utf8')) as Pack).questions);
  const repeated: Question[] = Array.from({ length: questions }, (_, index) => ({ ...(shipped[index % shipped.length] as Question), id: `long-${index}`, level: 'any', kind: 'technical' }));
  const pack: Pack = { pack: 'long', title: 'Long interview', version: 1, about: 'The shipped questions, over and over.', job_titles: ['bench'], questions: repeated };
  writeFileSync(join(packsDir, 'interview/long.yaml'), stringify(pack));
  const engine = await createEngine({ dataDir: join(folder.path, 'data'), shell: 'none', version: '0.0.0-bench', resourcesDir: PROJECT, packsDir, ...options });
  const setup: Setup = { packId: 'long', level: 'mid', kind: 'technical', minutes: 50, questionCount: Math.min(questions, 500), mode: 'exam', pressure: 'tough', followUps: true, hints: true, clock: true };
  return { engine, setup, dispose: async () => { await engine.close(); folder.dispose(); } };
}

/** An ordinary answer of some 90 words, half of it the question's own model answer. */
export function ordinaryAnswer(engine: Engine, view: SessionView): string {
  const row = engine.store.prepare<{ body: string }, [string, number]>('SELECT body FROM interview_question WHERE interview_id = ? AND position = ?').get(view.sessionId, view.current?.questionIndex ?? 0);
  const model = row ? (JSON.parse(row.body) as Question).model_answer.trim().split(/\s+/) : [];
  return `${model.slice(0, 60).join(' ')}. I would try that first on a copy, look at the numbers before and after, and tell the team what I had seen and what I was still not sure about.`;
}
