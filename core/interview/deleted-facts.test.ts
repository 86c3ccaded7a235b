import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { at, SETUP, startTestEngine, submission, temporaryFolder } from '../../testing/engine.ts';
import { startFaultServer } from '../../testing/fault-server/fault-server.ts';
import { interviewExchanges } from '../../testing/long-conversation.ts';
import { settled } from '../../testing/settled.ts';
import { systemClock } from '../sources.ts';

type Running = Awaited<ReturnType<typeof startTestEngine>>;
const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => { for (const undo of cleanUp.splice(0).toReversed()) await undo(); delete process.env['FACTS_TEST_KEY']; });

async function start(options: Parameters<typeof startTestEngine>[0] = {}): Promise<Running> {
  const running = await startTestEngine(options);
  cleanUp.push(() => running.stop());
  return running;
}
const idle = ({ engine: { jobs, store } }: Running): Promise<unknown> => vi.waitUntil(() => jobs.count('running') === 0 && store.sql.prepare("SELECT count(*) FROM job WHERE state = 'queued' AND run_after IS NULL").pluck().get() === 0, { timeout: 10_000, interval: 5 });
/** An interview of one answer that is over, and whose facts were found. */
async function tell(running: Running, text: string): Promise<string> {
  const { client, clock } = running;
  const { sessionId, revision } = await client.interview.answer({ ...at(await client.interview.start(SETUP)), submissionId: submission(), text });
  await client.interview.end({ sessionId, revision });
  await idle(running);
  clock.advance(1000);
  return sessionId;
}
interface Kept { facts: string; summary: string }
const keptOf = ({ engine: { store } }: Running, sessionId: string): Kept => store.sql.prepare('SELECT facts, summary FROM conversation_summary WHERE session_id = ?').get(sessionId) as Kept;
async function forgetFacts({ client }: Running, word: string): Promise<number> {
  const items = (await client.memory.list({ kind: 'fact', limit: 100 })).items.filter(({ text }) => text.includes(word));
  for (const { itemId } of items) expect((await client.memory.forget({ itemId })).verified).toBe(true);
  return items.length;
}

const FIRST = 'I worked at Zyxwvut Industries as a backend engineer for three years.';
const SECOND = 'I worked at Marimba Systems as a data engineer for two years.';

it('deleting an interview takes its facts out of what another one that has begun holds, and only its own', async () => {
  const running = await start();
  const gone = await tell(running, FIRST);
  await tell(running, SECOND);
  const other = await running.client.interview.start(SETUP);
  expect(keptOf(running, other.sessionId).facts).toMatch(/Zyxwvut.*Marimba|Marimba.*Zyxwvut/);
  await running.client.interview.delete({ sessionId: gone });
  expect(JSON.parse(keptOf(running, other.sessionId).facts)).toEqual([expect.stringContaining('Marimba')]);
});

it('a fact that two interviews told stays while one of them is there', async () => {
  const running = await start();
  const [gone, last] = [await tell(running, FIRST), await tell(running, FIRST)];
  const other = await running.client.interview.start(SETUP);
  await running.client.interview.delete({ sessionId: gone });
  expect(keptOf(running, other.sessionId).facts).toContain('Zyxwvut');
  await running.client.interview.delete({ sessionId: last });
  expect(keptOf(running, other.sessionId).facts).toBe('[]');
});

it('a restore of an older copy does not bring a forgotten fact back into what interviews hold', async () => {
  const running = await start();
  const { client } = running;
  await tell(running, FIRST);
  await tell(running, SECOND);
  const other = await client.interview.start(SETUP);
  const file = await client.settings.backup();
  expect(await forgetFacts(running, 'Zyxwvut')).toBeGreaterThan(0);
  await client.interview.delete({ sessionId: other.sessionId });
  const { token } = await client.settings.previewRestore({ file });
  await client.settings.restore({ token });
  await idle(running);
  expect(JSON.parse(keptOf(running, other.sessionId).facts)).toEqual([expect.stringContaining('Marimba')]);
  expect((await client.memory.list({ kind: 'fact' })).items.filter(({ text }) => text.includes('Zyxwvut'))).toEqual([]);
});

it('forgetting a fact takes it out of the facts and the summary of an interview that goes on, and no model is told it any more', async () => {
  const server = await startFaultServer({ say: (request) => (request.asked?.schema ? '{"no":1}' : 'Thank you for that account of yours. Which step of the work was the hardest for you, and how did you get through it in the end?') });
  const folder = temporaryFolder('role-accel-facts-');
  cleanUp.push(() => folder.dispose(), () => server.close());
  process.env['FACTS_TEST_KEY'] = 'a-key-for-tests';
  const own = join(folder.path, 'models-config');
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'providers.json'), JSON.stringify({ version: 1, providers: [{ id: 'here', kind: 'openai', name: 'Here', baseUrl: server.openaiUrl, model: 'one', keyEnv: 'FACTS_TEST_KEY' }] }));
  writeFileSync(join(own, 'lanes.json'), JSON.stringify({ version: 1, lanes: { 'interactive-deep': { about: 'T', order: ['here'], priority: 'interactive', concurrency: 4, contextTokens: 4096, maxOutputTokens: 120, firstTokenTimeoutMs: 4000, idleTimeoutMs: 4000, timeoutMs: 20_000, cache: false, tokenLimit: null, costLimitMicroUsd: null } } }));
  const running = await start({ dataDir: folder.path, clock: systemClock as never });
  const { client } = running;
  await client.models.testProvider({ providerId: 'here' });
  const answers = interviewExchanges(60, 3).map(({ answer }, index) => `${index === 1 ? 'I built the Zyxwvut project at Siemens and as a result we cut latency from 900 ms to 120 ms. ' : ''}${answer.text}`);
  let view = await settled(client, await client.interview.start({ ...SETUP, mode: 'exam', questionCount: 20, pressure: 'tough' }));
  const tellNext = async (number: number): Promise<void> => {
    view = await settled(client, await client.interview.answer({ ...at(view), submissionId: submission(), text: answers[number] ?? '' }));
    await idle(running);
  };
  let number = 0;
  while (number < 30 && !keptOf(running, view.sessionId).summary.includes('Zyxwvut')) await tellNext(number++);
  const before = keptOf(running, view.sessionId);
  expect(before.summary).toContain('Zyxwvut');
  expect(await forgetFacts(running, 'Zyxwvut')).toBeGreaterThan(0);
  const after = keptOf(running, view.sessionId);
  expect(`${after.facts}${after.summary}`).not.toContain('Zyxwvut');
  expect((JSON.parse(after.summary) as unknown[]).length).toBeGreaterThan(0);
  const asked = server.requests.length;
  await tellNext(number);
  // The answer itself was said: it may still be recalled, as what it is.
  const told = server.requests.slice(asked).flatMap((request) => request.asked?.messages ?? []).map(({ text }) => text);
  expect(told.length).toBeGreaterThan(0);
  expect(told.filter((text) => /<(facts|so-far)>(?:(?!<\/\1>)[\s\S])*Zyxwvut/.test(text))).toEqual([]);
}, 60_000);
