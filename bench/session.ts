import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionView } from '../core/contract/interview.ts';
import type { Engine } from '../core/engine.ts';
import { assembleContext, CONTEXT_RULES, planCompaction, WORKING_TOKENS, type WorkingSet } from '../core/session/index.ts';
import { countTokens } from '../core/tokens.ts';
import { temporaryFolder } from '../testing/engine.ts';
import { startFaultServer } from '../testing/fault-server/fault-server.ts';
import { asContextTurn, compact, converse, exchange, interviewExchanges, measure } from '../testing/long-conversation.ts';
import { settled } from '../testing/settled.ts';
import { busyTurns } from './busy-turns.ts';
import { describe, quantile } from './distribution.ts';
import { run as jobs } from './jobs.ts';
import { engineWithLongPack, ordinaryAnswer } from './long-interview.ts';

const TURNS = 200;
const LONG_TURNS = 2_000;
const ROUNDS = 100;
/** What the interviewer's model says: fits every kind of turn, as the guard cuts it. */
const SPEAKS = 'Thank you for that account of yours. Which step of the work was the hardest for you, and how did you get through it in the end?';

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
const near = (sizes: readonly number[], size: number): number => sizes.filter((one) => Math.abs(one / size - 1) <= 0.1).length / sizes.length;
const timed = (work: () => void, rounds = ROUNDS): number[] => Array.from({ length: rounds + 10 }, () => { const start = performance.now(); work(); return performance.now() - start; }).slice(10);

const PARTS: Readonly<Record<string, () => Promise<void> | void>> = { service: throughTheService, settings, assembly, opening, jobs: besideJobs };

/** Tokens of each call of a long interview, how even they are, what of them is read anew, and the times of what belongs to it. With names of parts, only those. */
export async function run(argv: string[] = []): Promise<void> {
  const named = argv.map((name) => name.replace(/^--/, ''));
  for (const [name, part] of Object.entries(PARTS)) if (named.length === 0 || named.includes(name)) await part();
}

async function besideJobs(): Promise<void> {
  console.log('\nbackground work and a person’s write beside it:');
  await jobs();
  console.log('\nbackground work and a person’s whole turn beside it, idle and busy by turns:');
  await busyTurns();
}

/** What was sent, as one text, as a provider's template would lay it out. */
const laidOut = (messages: readonly { role: string; text: string }[]): string => messages.map(({ role, text }) => `<${role}>${text}`).join('');

/** The whole app, its database and queue, with a model behind HTTP that says the same each time. The person waits until the background is done. */
async function throughTheService(): Promise<void> {
  const folder = temporaryFolder('role-accel-bench-');
  const server = await startFaultServer({ say: SPEAKS });
  process.env['BENCH_SESSION_KEY'] = 'a-key-for-the-bench';
  const providersFile = join(folder.path, 'providers.json');
  writeFileSync(providersFile, JSON.stringify({ version: 1, providers: [{ id: 'bench', kind: 'openai', name: 'Bench', baseUrl: server.openaiUrl, model: 'one', keyEnv: 'BENCH_SESSION_KEY' }] }));
  const { engine, setup, dispose } = await engineWithLongPack(300, { providersFile });
  try {
    await engine.client.models.testProvider({ providerId: 'bench' });
    const answers = interviewExchanges(TURNS, 7).map(({ answer }) => answer.text);
    const calls: { text: string; compactions: number; rows: number }[] = [];
    const compactions = (id: string): number => engine.store.prepare<{ compactions: number }, [string]>('SELECT compactions FROM conversation_summary WHERE session_id = ?').get(id)?.compactions ?? 0;
    let view = await settled(engine.client, await engine.client.interview.start(setup), 1);
    for (let number = 0; number < TURNS && view.phase !== 'closing'; number++) {
      const from = server.requests.length;
      view = await settled(engine.client, await engine.client.interview.answer({ sessionId: view.sessionId, revision: view.revision, submissionId: `session-${number}-bench`, text: answers[number] ?? '' }), 1);
      const asked = server.requests.slice(from).map((request) => request.asked).find((one) => one?.messages.some(({ text }) => text.includes('You are the interviewer')));
      if (asked) calls.push({ text: laidOut(asked.messages), compactions: compactions(view.sessionId), rows: view.earlierTurns + view.turns.length });
      await idle(engine);
    }
    const sizes = await Promise.all(calls.map(({ text }) => countTokens(text)));
    const anew = await Promise.all(calls.map(({ text }, index) => countTokens(text.slice(shared(text, calls[index - 1]?.text ?? '')))));
    const done = compactions(view.sessionId);
    console.log(`${calls.length} turns (answers of 60 to 220 words, ${view.earlierTurns + view.turns.length} entries of the transcript) through the app, o200k tokens, at most ${WORKING_TOKENS} a call; ${done} compactions, nobody summarises but the coach`);
    console.log(`  tokens of turn 10, 20 … : ${sizes.filter((_, index) => (index + 1) % 10 === 0).join(' ')}`);
    for (const [what, first] of [['20', 19], ['whose answer is entry 20 of the transcript', calls.findIndex(({ rows }) => rows >= 20)]] as const) {
      const later = sizes.slice(first);
      console.log(`  from turn ${what} on (${sizes[first]} tokens): within 10 % of it ${percent(near(later, sizes[first] ?? 0))} of the calls, ${(Math.min(...later) / (sizes[first] ?? 1)).toFixed(2)} to ${(Math.max(...later) / (sizes[first] ?? 1)).toFixed(2)} times, mean ${mean(later).toFixed(0)}`);
    }
    const steady = sizes.slice(19);
    const middle = (Math.min(...steady) + Math.max(...steady)) / 2;
    console.log(`  from turn 20 on, of the middle (${middle.toFixed(0)}): within 10 % of it ${percent(near(steady, middle))} of the calls, all within ${percent(Math.max(...steady) / middle - 1)}`);
    console.log(`  read anew per call: ${describe(anew.slice(1), 'tokens')}, mean ${mean(anew.slice(1)).toFixed(0)} of ${mean(sizes).toFixed(0)}`);
  } finally {
    await dispose();
    await server.close();
    folder.dispose();
  }
}

async function idle({ jobs: queue }: Engine): Promise<void> {
  do await new Promise((resume) => setTimeout(resume, 2)); while (queue.count('running') + queue.count('queued') > 0);
}

function shared(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

/** Other numbers than the app's, over eight conversations each: what evenness costs. */
function settings(): void {
  const SEEDS = 8;
  const stable = [{ role: 'system' as const, text: 'A rule to keep. '.repeat(118) }, { role: 'user' as const, text: 'The candidate has come in and sat down.' }];
  console.log('\nother settings, estimated tokens, 100 exchanges: budget, compaction from and to; calls within 10 % of the one of entry 20, most and least of it; read anew a call');
  for (const budgetTokens of [WORKING_TOKENS, 5000, 6000]) for (const compactToShare of [0.48, 0.55, 0.6, CONTEXT_RULES.compactToShare, 0.66]) {
    const figures = Array.from({ length: SEEDS }, (_, seed) => {
      const calls = [...converse({ exchanges: interviewExchanges(100, seed + 1), budgetTokens, stable, rules: { ...CONTEXT_RULES, compactToShare }, recalled: (number) => [`a passage of an earlier interview, found with the answer number ${number}`] })];
      const later = calls.slice(9).map(({ context }) => context.tokens);
      const anew = calls.map(({ context }, index) => measure.count(context.messages.slice(index === 0 ? 0 : calls[index - 1]?.compacted ? 1 : calls[index - 1]?.context.stableMessages)));
      return { near: near(later, later[0] ?? 0), least: Math.min(...later) / (later[0] ?? 1), most: Math.max(...later) / (later[0] ?? 1), anew: mean(anew.slice(9)), size: mean(later), compactions: calls.filter(({ compacted }) => compacted).length };
    });
    const of = (pick: (one: (typeof figures)[number]) => number): number => mean(figures.map(pick));
    console.log(`  ${budgetTokens}, 70 to ${percent(compactToShare)}: ${percent(of(({ near: one }) => one))}, ${Math.min(...figures.map(({ least }) => least)).toFixed(2)} to ${Math.max(...figures.map(({ most }) => most)).toFixed(2)}; ${of(({ anew }) => anew).toFixed(0)} of ${of(({ size }) => size).toFixed(0)}, ${of(({ compactions }) => compactions).toFixed(0)} compactions`);
  }
}

/** The pure part at 1,000 turns that nobody compacted. */
function assembly(): void {
  const exchanges = Array.from({ length: 500 }, (_, number) => exchange(number));
  const spoken = exchanges.flatMap(({ question, answer }) => [question, answer]);
  const set: WorkingSet = { stable: [{ role: 'system', text: 'A rule to keep. '.repeat(118) }], facts: ['Works at Siemens'], summary: [], summarisedTo: null, turns: spoken.map(asContextTurn), budgetTokens: WORKING_TOKENS };
  const last = { said: { seq: spoken.length, role: 'user' as const, text: 'word '.repeat(120) }, instruction: 'Go on.' };
  const input = { stable: set.stable, facts: set.facts, summary: [], recalled: Array.from({ length: 6 }, (_, index) => `memory ${index}`), turns: set.turns, last, budgetTokens: WORKING_TOKENS, ...measure };
  console.log(`\nassembly of 1,000 turns:     ${describe(timed(() => { assembleContext(input); }, 300))}`);
  console.log(`planning a compaction:       ${describe(timed(() => { planCompaction(set, measure); }, 300))}`);
  const plan = planCompaction(set, measure);
  const bySeq = new Map(spoken.map((turn) => [turn.seq, turn]));
  if (plan) console.log(`summary of ${plan.toSeq - plan.fromSeq + 1} turns at once:  ${describe(timed(() => { compact(set, plan, bySeq); }, 10))}`);
}

/** Opening an interview of 2,000 turns, and its report, without a model. */
async function opening(): Promise<void> {
  const { engine, setup, dispose } = await engineWithLongPack(500);
  const { interview } = engine.client;
  try {
    let view: SessionView = await interview.start(setup);
    const turns = (): number => view.earlierTurns + view.turns.length;
    for (let number = 0; turns() < LONG_TURNS && view.phase !== 'closing'; number++) {
      view = await interview.answer({ sessionId: view.sessionId, revision: view.revision, submissionId: `opening-${number}-bench`, text: ordinaryAnswer(engine, view) });
      await new Promise((resume) => setImmediate(resume));
    }
    await idle(engine);
    const { sessionId } = view;
    const times = async (work: () => Promise<unknown>, rounds: number): Promise<number[]> => {
      const samples: number[] = [];
      for (let round = 0; round < rounds; round++) { const start = performance.now(); await work(); samples.push(performance.now() - start); }
      return samples;
    };
    const opened = await times(async () => { await interview.session({ sessionId }); await interview.transcript({ sessionId, limit: 50 }); }, ROUNDS);
    console.log(`\nopening ${turns()} turns:         ${describe(opened)}, the first time ${opened[0]?.toFixed(1)} ms`);
    await interview.end({ sessionId, revision: view.revision });
    const report = await times(() => interview.report({ sessionId }), 10);
    console.log(`its report:                  ${describe(report)}, the first time ${report[0]?.toFixed(1)} ms (p50 ${quantile(report, 0.5).toFixed(0)})`);
  } finally {
    await dispose();
  }
}
