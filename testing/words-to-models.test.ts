import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { systemClock } from '../core/sources.ts';
import { at, PROJECT, SETUP, startTestEngine, submission, temporaryFolder } from './engine.ts';
import { startFaultServer, type AskedRequest, type FaultServer } from './fault-server/fault-server.ts';
import { settled } from './settled.ts';

const SPEAKS = 'Thank you for that account of yours. Which step of the work was the hardest for you, and how did you get through it in the end?';
const ANSWER = 'I moved the nightly reports into a queue, because the work on the database was slow, and I measured the time before and after: it fell from forty minutes to four.';
/** What is remembered before: of both, something fits what is said later. */
const RESUME = 'At Halvorsen I kept the work queue for nightly reports on the database alive, and cut the time of the slow ones.';
const FACT = 'I worked at Ostergaard Lines as a backend engineer for three years.';
const EARLIER = `${FACT} The nightly reports were slow there too, so I measured the time of each step and put an index on the database.`;
/** Marks that code adds around a person's words. */
const FENCES = /<\/?answer>/g;

const folder = temporaryFolder('role-accel-words-');
let first: FaultServer, second: FaultServer;
let app: Awaited<ReturnType<typeof startTestEngine>>;

beforeAll(async () => {
  for (const name of readdirSync(join(PROJECT, 'prompts'), { recursive: true, encoding: 'utf8' })) {
    const target = join(folder.path, 'prompts', name);
    if (!name.endsWith('.prompt') || name.includes('/_')) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, withoutWords(readFileSync(join(PROJECT, 'prompts', name), 'utf8')));
  }
  first = await startFaultServer({ say: SPEAKS });
  second = await startFaultServer({ say: SPEAKS });
  const providersFile = join(folder.path, 'providers.json');
  writeFileSync(providersFile, JSON.stringify({ version: 1, providers: [
    { id: 'first', kind: 'openai', name: 'First', baseUrl: first.openaiUrl, model: 'one', keyEnv: 'WORDS_TEST_KEY' },
    { id: 'second', kind: 'anthropic', name: 'Second', baseUrl: second.anthropicUrl, model: 'two', keyEnv: 'WORDS_TEST_KEY' },
  ] }));
  process.env['WORDS_TEST_KEY'] = 'a-key-for-tests';
  app = await startTestEngine({ dataDir: join(folder.path, 'data'), providersFile, promptsDir: join(folder.path, 'prompts'), clock: systemClock as never });
}, 30_000);

afterAll(async () => {
  await app?.stop();
  await Promise.all([first?.close(), second?.close()]);
  folder.dispose();
});

/** The same prompt with one mark where its words were, so that all other words in a request come from somewhere else. */
function withoutWords(source: string): string {
  const [, front = '', body = ''] = /^(---\n[\s\S]*?\n---\n)([\s\S]*)$/.exec(source) ?? [];
  const inputs = [...(/^input:\n(?: {2}.*\n)*/m.exec(front)?.[0] ?? '').matchAll(/^ {4}(\w+)\??(?:\(.*\))?:/gm)].map(([, name]) => name);
  const roles = [...body.matchAll(/\{\{role "(\w+)"\}\}/g)].map(([role]) => role);
  return `${front}${roles[0] ?? ''}\n⟦${inputs.map((name) => `{{${name}}}`).join(' ')}⟧\n${roles.slice(1).map((role) => `${role}\n⟦⟧\n`).join('')}`;
}

it('nothing is sent to a model but rendered prompts, what was said in the interview, and memories in the words of a prompt', async () => {
  const { interview, memory } = app.client;
  await memory.add({ kind: 'resume', title: 'CV', text: RESUME });
  const { sessionId, revision } = await interview.answer({ ...at(await interview.start({ ...SETUP, questionCount: 1, followUps: false })), submissionId: submission(), text: EARLIER });
  await interview.end({ sessionId, revision });
  await vi.waitUntil(async () => (await memory.status()).interviewsToRead === 0 && app.engine.jobs.count('running') + app.engine.jobs.count('queued') === 0, { timeout: 10_000 });
  await app.client.models.testProvider({ providerId: 'first' });
  const posting = { name: 'posting.md', text: 'We look for a backend engineer who knows PostgreSQL, Kafka and on-call work.' };
  let view = await settled(app.client, await interview.start({ ...SETUP, kind: 'posting', pressure: 'tough', questionCount: 2, mode: 'exam', posting }));
  for (let number = 0; view.phase !== 'ended'; number++) {
    // In the middle of one turn the first breaks off, so that another one has to go on.
    await first.setFault(number === 1 ? 'cut-mid-stream' : null, { times: 1 });
    view = await settled(app.client, number === 2 ? await interview.skip(at(view)) : await interview.answer({ ...at(view), submissionId: submission(), text: ANSWER }));
  }
  const { turns } = await interview.transcript({ sessionId: view.sessionId, limit: 100 });
  const said = [...turns.map(({ text }) => text), ANSWER, SPEAKS].filter((text) => text !== '').toSorted((a, b) => b.length - a.length);
  const asked = [...first.requests, ...second.requests].filter((request): request is AskedRequest & { asked: NonNullable<AskedRequest['asked']> } => request.asked !== undefined);
  expect(asked.length).toBeGreaterThan(5);
  expect(second.requests.some((request) => request.asked)).toBe(true);

  const strange = asked.flatMap(({ asked: { messages } }) => messages).map(({ text }) => {
    let rest = text.replace(/⟦[^⟧]*⟧/g, '').replace(FENCES, '');
    for (const words of said) rest = rest.replaceAll(words, '');
    // What a model had said before it broke off is the beginning of what it would have said.
    return SPEAKS.startsWith(rest.trim()) ? '' : rest.trim();
  }).filter((rest) => /\p{L}/u.test(rest));
  expect(strange).toEqual([]);

  const notes = asked.flatMap(({ asked: { messages } }) => messages.flatMap(({ text }) => [...text.matchAll(/⟦(facts|recalled) ([^⟧]*)⟧/g)].map(([, kind = '', item = '']) => ({ kind, item }))));
  // A memory is its day, its kind and its own words, a fact its words alone.
  const own: Record<string, RegExp> = { facts: /^/, recalled: /^\d{4}-\d\d-\d\d, (resume|job|fact|turn): / };
  const remembered = notes.map(({ kind, item }) => item.replace(own[kind] ?? /$^/, ''));
  expect(remembered.filter((words) => ![RESUME, EARLIER, posting.text].some((text) => text.includes(words)))).toEqual([]);
  for (const words of [RESUME, EARLIER]) expect(remembered).toContain(words);
  expect(notes.filter(({ kind }) => kind === 'facts').map(({ item }) => item)).toContain(FACT);
  expect(asked.every(({ asked: { messages } }) => messages.some(({ text }) => text.includes('⟦')))).toBe(true);
}, 60_000);
