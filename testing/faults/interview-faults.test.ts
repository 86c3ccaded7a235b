import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SessionView, Turn } from '../../core/contract/interview.ts';
import { systemClock } from '../../core/sources.ts';
import { at, SETUP, startTestEngine, submission } from '../engine.ts';
import { FAULT_NAMES, FAULTS, startFaultServer, type FaultName, type FaultServer } from '../fault-server/fault-server.ts';
import { temporaryFolder } from '../engine.ts';
import { settled } from '../settled.ts';
import { tinyModel } from '../tiny-model.ts';

/** What each of the three says; every one is a question with words that no other uses, so that who spoke is known from the words. */
const CLOUD_A = 'Thank you for that account of yours. Which step of the work was the hardest for you, and how did you get through it in the end?';
const CLOUD_B = 'I see where that led you then. Who else was there with you at that point, and what did they have to say about it?';
const LOCAL = 'Good, that helps me along. Which part of this did your own team decide, and how could one tell afterwards whether it had worked?';
const ANSWER = 'I moved the nightly reports into a queue, because the work on the database was slow, and I measured the time before and after: it fell from forty minutes to four.';

/** Short enough for a test, long enough for a slow machine. */
const PATIENCE = { firstTokenTimeoutMs: 700, idleTimeoutMs: 700, timeoutMs: 8_000 };
/** Faults that need nobody else: the answer is right all the same. */
const HARMLESS: ReadonlySet<FaultName> = new Set(['schema-violation']);

const folder = temporaryFolder('role-accel-faults-');
let cloudA: FaultServer, cloudB: FaultServer;
let app: Awaited<ReturnType<typeof startTestEngine>>;
let baselineMs = 0;
const table: { fault: string; where: string; by: string; lostMs: number }[] = [];

beforeAll(async () => {
  cloudA = await startFaultServer({ say: CLOUD_A });
  cloudB = await startFaultServer({ say: CLOUD_B });
  mkdirSync(folder.path, { recursive: true });
  const providersFile = join(folder.path, 'providers.json');
  const lanesFile = join(folder.path, 'lanes.json');
  writeFileSync(providersFile, JSON.stringify({ version: 1, providers: [
    { id: 'cloud-a', kind: 'openai', name: 'Cloud A', baseUrl: cloudA.openaiUrl, model: 'model-a', keyEnv: 'FAULT_TEST_KEY' },
    { id: 'cloud-b', kind: 'anthropic', name: 'Cloud B', baseUrl: cloudB.anthropicUrl, model: 'model-b', keyEnv: 'FAULT_TEST_KEY' },
    { id: 'local', kind: 'llama', name: 'This machine', model: tinyModel({ says: LOCAL }), needsKey: false, contextTokens: 8192 },
  ] }));
  writeFileSync(lanesFile, JSON.stringify({ version: 1, lanes: { 'interactive-deep': {
    about: 'Test', order: ['cloud-a', 'cloud-b', 'local'], priority: 'interactive', concurrency: 4, contextTokens: 8192, maxOutputTokens: 120, ...PATIENCE, cache: false, tokenLimit: null, costLimitMicroUsd: null,
  } } }));
  process.env['FAULT_TEST_KEY'] = 'a-key-for-tests';
  app = await startTestEngine({ dataDir: join(folder.path, 'data'), providersFile, lanesFile, clock: systemClock as never });
  app.engine.inference.router.warm('interactive-deep');
  await app.engine.inference.llama.load({ modelId: 'warm', name: 'warm', file: tinyModel({ says: LOCAL }), role: 'instruct', contextTokens: 8192, asked: true }).catch(() => undefined);
}, 60_000);

afterAll(async () => {
  await app?.stop();
  await Promise.all([cloudA?.close(), cloudB?.close()]);
  folder.dispose();
  if (table.length === 0) return;
  console.log(['', `${'fault'.padEnd(20)} ${'where'.padEnd(9)} ${'who answered'.padEnd(44)} time lost`, ...table.map(({ fault, where, by, lostMs }) => `${fault.padEnd(20)} ${where.padEnd(9)} ${by.padEnd(44)} ${(lostMs / 1000).toFixed(2)} s`)].join('\n'));
});

/** A one-question interview with two follow-ups; how long the interviewer took in all, and who worded each turn. */
async function hold(): Promise<{ view: SessionView; ms: number; spoken: Turn[] }> {
  for (const provider of ['cloud-a', 'cloud-b', 'local']) await app.client.models.resetBreaker({ providerId: provider });
  const { interview } = app.client;
  let ms = 0;
  const timed = async (command: () => Promise<SessionView>): Promise<SessionView> => {
    const start = performance.now();
    const view = await settled(app.client, await command(), 10);
    ms += performance.now() - start;
    return view;
  };
  let view = await timed(() => interview.start({ ...SETUP, mode: 'exam', questionCount: 1 }));
  const answers: string[] = [];
  while (view.phase !== 'ended') {
    const text = `${ANSWER} That is answer ${answers.length + 1}.`;
    answers.push(text);
    view = await timed(() => interview.answer({ ...at(view), submissionId: submission(), text }));
  }
  expect(view.turns.filter((turn) => turn.by === 'candidate').map(({ text }) => text)).toEqual(answers);
  const spoken = view.turns.filter((turn) => turn.by === 'interviewer');
  for (const turn of spoken) expect(turn.text.trim().length, `turn ${turn.seq} (${turn.kind}) has words`).toBeGreaterThan(10);
  return { view, ms, spoken };
}

const speakers = (turns: Turn[]): string => {
  const counts = new Map<string, number>();
  for (const turn of turns.filter(({ kind }) => kind !== 'question')) {
    const by = turn.madeBy?.model?.provider ?? 'coach';
    counts.set(by, (counts.get(by) ?? 0) + 1);
  }
  return [...counts].map(([by, count]) => `${by} ${count}`).join(', ');
};

it('an interview without a fault is worded by the first of the chain', async () => {
  await cloudA.setFault(null);
  await cloudB.setFault(null);
  await hold();
  const { ms, spoken } = await hold();
  baselineMs = ms;
  expect(speakers(spoken)).toContain('Cloud A');
  expect(speakers(spoken)).not.toMatch(/Cloud B|This machine/);
  table.push({ fault: 'none', where: '-', by: speakers(spoken), lostMs: 0 });
}, 30_000);

it.each(FAULT_NAMES.map((fault) => [fault, FAULTS[fault]] as const))('an interview goes on to its end when the first cloud has %s (%s)', async (fault) => {
  await cloudA.setFault(fault);
  await cloudB.setFault(null);
  const { ms, spoken } = await hold();
  table.push({ fault, where: 'A', by: speakers(spoken), lostMs: Math.max(0, ms - baselineMs) });
  if (HARMLESS.has(fault)) expect(speakers(spoken)).toContain('Cloud A');
  else expect(speakers(spoken), 'the second cloud goes on').toContain('Cloud B');
}, 60_000);

it.each(FAULT_NAMES.map((fault) => [fault, FAULTS[fault]] as const))('an interview goes on to its end when both clouds have %s (%s)', async (fault) => {
  await cloudA.setFault(fault);
  await cloudB.setFault(fault);
  const { ms, spoken } = await hold();
  table.push({ fault, where: 'A and B', by: speakers(spoken), lostMs: Math.max(0, ms - baselineMs) });
  expect(speakers(spoken), 'the model in this machine goes on').toContain(HARMLESS.has(fault) ? 'Cloud A' : 'This machine');
}, 60_000);

it('an interview goes on to its end with the coach when nobody else is left', async () => {
  await cloudA.setFault('500');
  await cloudB.setFault('refused');
  await app.engine.inference.llama.unload('instruct');
  process.kill(app.engine.inference.llama.pid ?? 0, 'SIGSTOP');
  try {
    const { ms, spoken } = await hold();
    table.push({ fault: 'all three', where: 'all', by: speakers(spoken), lostMs: Math.max(0, ms - baselineMs) });
    expect(speakers(spoken)).toMatch(/^coach \d+$/);
  } finally {
    await cloudA.setFault(null);
    await cloudB.setFault(null);
  }
}, 60_000);
