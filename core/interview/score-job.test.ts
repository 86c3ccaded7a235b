import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { at, PROJECT, START, submission, temporaryFolder } from '../../testing/engine.ts';
import { testCoach } from '../../testing/coach.ts';
import { shippedQuestions } from '../../testing/model-answers.ts';
import { ScriptedInference, type ScriptedCall } from '../../testing/scripted-inference.ts';
import { ConfigInMemory, connection, ScriptedModel, ScriptedPool } from '../../testing/scripted-models.ts';
import type { Coach } from '../coach/index.ts';
import type { Report } from '../contract/interview.ts';
import { InferenceError, type InferenceFault } from '../inference/inference-error.ts';
import type { Inference } from '../inference/inference.ts';
import { createRouter } from '../inference/router.ts';
import { JobQueue } from '../jobs/index.ts';
import { createPromptRegistry } from '../prompts/prompt-registry.ts';
import { countingIds, seededRng, SettableClock } from '../sources.ts';
import { claimDataFolder } from '../storage/data-folder.ts';
import { openStore } from '../storage/open-store.ts';
import { createTelemetry } from '../telemetry/index.ts';
import { createInterview } from './index.ts';
import { blend } from './blended-grade.ts';
import { SCORE_JOB } from './score-job.ts';

const QUESTION = 'be-slow-order-list';
const question = shippedQuestions().get(QUESTION)!;
const PARTIAL = question.answers!.partial;
/** Words of PARTIAL that say nothing of how the index is built. */
const SAID = 'see what it does';

let coach: Coach;
beforeAll(() => { coach = testCoach(); });

/** Models that read points as the test says; the interviewer's own words stay the coach's. */
class Readers extends ScriptedInference {
  away = false;
  override ready(): boolean { return this.isReady; }
  override answering(): ReturnType<Inference['answering']> {
    return this.away ? { who: 'cloud', name: 'Big · large-1', leaves: 'answers', host: 'api.big.example' } : super.answering();
  }
  /** Calls about points only. */
  get asked(): ScriptedCall[] { return this.calls.filter(({ call }) => call.lane === 'background'); }
  read(answer: (about: { point: string; index: number }, call: ScriptedCall) => void): void {
    this.answerWith = (call) => {
      if (call.call.lane !== 'background') { call.giveUp(); return; }
      const point = question.points.find(({ shows }) => call.call.request.messages.at(-1)?.text.includes(shows))?.id ?? '';
      answer({ point, index: this.asked.length - 1 }, call);
    };
  }
}

const say = (call: ScriptedCall, output: unknown, by: { providerId?: string; model?: string; place?: 'here' | 'away' } = {}): void => {
  const usage = { inputTokens: 700, outputTokens: 30, cachedInputTokens: 600 };
  const who = { providerId: 'here', providerName: 'This machine', model: 'small-1', place: 'here' as const, ...by };
  call.push({ type: 'attempt', ...who }, { type: 'end', answer: { text: JSON.stringify(output), output, toolCalls: [], usage, finish: 'stop', model: who.model }, by: { ...who, usage, costMicroUsd: 0, cached: false } });
};
const failWith = (call: ScriptedCall, fault: InferenceFault): void => {
  call.attempt('here').push({ type: 'switch', from: 'This machine', to: null, says: '', error: new InferenceError(fault), how: 'nothing-shown' }).giveUp();
};
/** Sees what the coach of PARTIAL sees, and the safe build as well, with words that are there. */
const kind = ({ point }: { point: string }, call: ScriptedCall): void => say(call, point === 'build-without-locking' ? { quote: SAID, verdict: 'met' } : { quote: '', verdict: 'missing' });

const closes: (() => Promise<void>)[] = [];
afterEach(async () => { for (const close of closes.splice(0).toReversed()) await close(); });

async function open(readers: Inference = new Readers(), dataDir?: string) {
  const folder = dataDir === undefined ? temporaryFolder() : { path: dataDir, dispose: () => {} };
  const claimed = claimDataFolder(folder.path);
  const clock = new SettableClock(START);
  const { store } = openStore(claimed, () => START);
  const faults: unknown[] = [];
  const ids = countingIds(Math.floor(performance.now()) * 1000);
  const prompts = createPromptRegistry({ store, clock, appDir: join(PROJECT, 'prompts'), ownDir: join(claimed.path, 'prompts'), laneTokens: () => 4096, watch: false });
  const queue = new JobQueue({ store, clock, ids, rng: { next: () => 1 }, lanes: { cpu: { concurrency: 1 }, model: { concurrency: 2 } }, onFault: (error) => faults.push(error) });
  const interview = await createInterview({
    store, coach, clock, ids, packsDir: join(PROJECT, 'packs'), prompts, cacheDir: join(claimed.path, 'cache'), inference: readers, queue,
    packsChanged: () => {}, historyChanged: () => {}, onFault: (error) => faults.push(error),
  });
  queue.start(interview.jobs);
  const client = createRouterClient(interview.router);
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await queue.close(); await interview.close(); await prompts.close(); store.close(); claimed.release(); folder.dispose();
    expect(faults).toEqual([]);
  };
  closes.push(close);
  /** An interview of one question, answered and ended. */
  const hold = async (text = PARTIAL): Promise<string> => {
    const view = await client.retry({ questionId: QUESTION, mode: 'exam' });
    const after = await client.answer({ ...at(view), submissionId: submission(), text });
    if (after.phase !== 'ended') await client.end(at(after));
    return view.sessionId;
  };
  const report = (sessionId: string): Promise<Report> => client.report({ sessionId });
  const until = (sessionId: string, state: Report['second']['state']): Promise<Report> => vi.waitFor(async () => { const now = await report(sessionId); expect(now.second.state).toBe(state); return now; }, { timeout: 3_000, interval: 5 });
  const kept = (): number => (store.sql.prepare('SELECT count(*) AS n FROM interview_model_grade').get() as { n: number }).n;
  const rows = (): string[] => store.sql.prepare('SELECT grade FROM interview_model_grade').all().map((row) => (row as { grade: string }).grade);
  return { client, store, clock, queue, interview, prompts, hold, report, until, kept, rows, close, path: folder.path };
}
const second = (report: Report) => report.questions[0]!.second!;
const pointOf = (report: Report, id: string) => second(report).reading!.points.find(({ pointId }) => pointId === id)!;
/** Lets everything that is ready run. */
const turns = async (): Promise<void> => { for (let i = 0; i < 30; i++) await new Promise((resume) => setImmediate(resume)); };

describe('at the end of an interview', () => {
  test('the report is there at once with the coach’s scores, which stay the same when the model’s arrive', async () => {
    const readers = new Readers();
    readers.read(() => {}); // nobody answers yet
    const { hold, report, until, client } = await open(readers);
    const sessionId = await hold();
    const before = await report(sessionId);
    expect(before.second).toMatchObject({ of: 1, covered: 0, score: null, graders: [] });
    expect(['waiting', 'running']).toContain(before.second.state);
    await vi.waitFor(() => expect(readers.asked).toHaveLength(1));
    expect((await report(sessionId)).second.state).toBe('running');
    readers.read(kind);
    kind({ point: 'read-the-plan' }, readers.asked[0]!);
    const after = await until(sessionId, 'done');
    const { second: _, ...coachs } = after;
    const { second: __, ...coachsBefore } = before;
    expect({ ...coachs, questions: coachs.questions.map((each) => ({ ...each, second: null })) }).toEqual({ ...coachsBefore, questions: coachsBefore.questions.map((each) => ({ ...each, second: null })) });
    expect((await client.history({})).items[0]?.score).toBe(before.score);
    expect((await client.overview({ utcOffsetMinutes: 0 })).trend.map(({ score }) => score)).toEqual([before.score]);
  });

  test('one small question goes out for each point, alike up to the point, as scoring that is never cached', async () => {
    const readers = new Readers();
    readers.read(kind);
    const { hold, until } = await open(readers);
    const sessionId = await hold();
    await until(sessionId, 'done');
    expect(readers.asked).toHaveLength(question.points.length);
    for (const { call } of readers.asked) {
      expect(call).toMatchObject({ lane: 'background', scoring: true, sessionId, prompt: { id: 'interview/score-point', version: '1' }, request: { conversationId: `${sessionId}:0`, stableMessages: 1, temperature: 0, maxOutputTokens: 128 } });
      expect(call.request.output?.schema.safeParse({ quote: '', verdict: 'met' }).success).toBe(true);
      expect(call.request.messages.at(-1)?.text.split('<point>')[0]).toBe(readers.asked[0]!.call.request.messages.at(-1)?.text.split('<point>')[0]);
    }
  });

  test('what is kept has the readings, who made them from which exact words, and what the rule makes of them', async () => {
    const readers = new Readers();
    readers.read(kind);
    const { hold, until, rows, prompts, store } = await open(readers);
    const report = await until(await hold(), 'done');
    const kept = JSON.parse(rows()[0]!) as { readings: unknown[]; blended: NonNullable<ReturnType<typeof blend>> };
    const hash = prompts.current('interview/score-point')!.hash;
    const grade = JSON.parse((store.sql.prepare('SELECT grade FROM interview_question').get() as { grade: string }).grade);
    expect(kept.blended).toEqual(JSON.parse(JSON.stringify(blend(grade, { stamp: kept.blended.stamp, readings: kept.readings as never }))));
    expect(second(report).reading).toMatchObject({
      stamp: { model: 'here/small-1', promptVersion: '1', promptHash: hash, rubricVersion: grade.rubricVersion, blendVersion: 'blend-1', coachVersion: grade.graderVersion },
      madeBy: { who: 'local', part: 'interview/score-point', version: '1', model: { provider: 'This machine', name: 'small-1', inputTokens: 3500, outputTokens: 150 }, prompts: [{ id: 'interview/score-point', version: '1', hash }] },
    });
    expect(store.sql.prepare("SELECT outcome, lane, model FROM prompt_use WHERE subject = 'score:0'").all()).toEqual([{ outcome: 'stood', lane: 'background', model: 'small-1' }]);
  });

  test('answers that nobody could judge, and skipped questions, are not sent to anybody', async () => {
    const readers = new Readers();
    readers.read(kind);
    const { hold, report } = await open(readers);
    const sessionId = await hold('No idea.');
    await turns();
    expect((await report(sessionId)).second).toMatchObject({ state: 'none', of: 0 });
    expect(readers.asked).toEqual([]);
  });

  test('without a model nothing is asked, and the report says so', async () => {
    const readers = new Readers();
    readers.isReady = false;
    const { hold, report, client, queue } = await open(readers);
    const sessionId = await hold();
    expect((await report(sessionId)).second).toMatchObject({ state: 'none', of: 1, covered: 0 });
    expect(queue.ofSession(sessionId)).toEqual([]);
    expect(await client.secondReader({ sessionId })).toEqual({ reader: null, missing: { answers: 1, calls: 5 }, all: { answers: 1, calls: 5 } });
    expect(await client.refine({ sessionId })).toEqual({ queued: 0 });
  });
});

describe('a model’s word', () => {
  test('counts only with words that stand in the answer; what is rejected stays to be looked at, with the reason', async () => {
    const readers = new Readers();
    readers.read(({ point }, call) => say(call, point === 'build-without-locking' ? { quote: 'I would build the index concurrently on the live table', verdict: 'met' } : { quote: SAID, verdict: 'missing' }));
    const { hold, until } = await open(readers);
    const report = await until(await hold(), 'done');
    expect(pointOf(report, 'build-without-locking')).toMatchObject({ coach: 'missing', model: null, joint: 'missing', quote: null, rejected: { code: 'not-in-answer', says: 'the quote does not stand in the answer' }, disagree: false });
  });

  test('that differs from the coach’s is shown as what it is, with both scores', async () => {
    const readers = new Readers();
    readers.read(kind);
    const { hold, until } = await open(readers);
    const report = await until(await hold(), 'done');
    const { reading } = second(report);
    expect(pointOf(report, 'build-without-locking')).toMatchObject({ coach: 'missing', model: 'met', joint: 'partly', quote: { part: 0, text: SAID }, disagree: true, reason: { code: 'raised' } });
    expect(PARTIAL.slice(pointOf(report, 'build-without-locking').quote!.start, pointOf(report, 'build-without-locking').quote!.end)).toBe(SAID);
    expect(reading).toMatchObject({ coachScore: report.score, disagree: true });
    expect(report.second).toMatchObject({ disagreements: [0], score: reading!.score, covered: 1, of: 1 });
    expect(report.second.score).not.toBe(report.score);
  });

  test('is no grade when nothing of it can be used: the report says so, and it is not tried again', async () => {
    const readers = new Readers();
    readers.read(({ index }, call) => (index % 2 === 0 ? failWith(call, 'schema') : say(call, { quote: 'words that nobody said here', verdict: 'met' })));
    const { hold, until, kept, queue, store } = await open(readers);
    const sessionId = await hold();
    const report = await until(sessionId, 'failed');
    expect(second(report)).toMatchObject({ state: 'failed', says: 'the model’s answers could not be used', reading: null });
    expect(report.second).toMatchObject({ failed: 1, score: null });
    expect(kept()).toBe(0);
    expect(queue.ofSession(sessionId)).toMatchObject([{ state: 'failed', attempts: 1 }]);
    expect(store.sql.prepare("SELECT outcome FROM prompt_use WHERE subject = 'score:0'").all()).toEqual([{ outcome: 'refused' }]);
  });

  test('on one point alone that cannot be read costs that point and no other', async () => {
    const readers = new Readers();
    readers.read((about, call) => (about.point === 'read-the-plan' ? failWith(call, 'schema') : kind(about, call)));
    const { hold, until } = await open(readers);
    const report = await until(await hold(), 'done');
    expect(pointOf(report, 'read-the-plan')).toMatchObject({ model: null, rejected: { code: 'unreadable' } });
    expect(pointOf(report, 'build-without-locking').disagree).toBe(true);
  });
});

describe('an exported report', () => {
  test('has both readers, clearly apart, and who read from which words', async () => {
    const readers = new Readers();
    readers.read((about, call) => (about.point === 'composite-index' ? say(call, { quote: 'I build it concurrently, of course', verdict: 'met' }) : kind(about, call)));
    const { hold, until, client } = await open(readers);
    const report = await until(await hold(), 'done');
    const { sessionId } = report;
    const text = await (await client.export({ sessionId, format: 'markdown' })).text();
    const [coachs, models] = text.split('**Second reader: small-1**') as [string, string];
    expect(coachs).toContain('## Second reader');
    expect(coachs).toContain(`Score: **${report.score}** of 100`);
    expect(coachs).toContain('They disagree on question 1.');
    expect(models).toContain(`- Coach missing, model earned: ${question.points.find(({ id }) => id === 'build-without-locking')!.shows} They disagree here. “${SAID}”`);
    expect(models).toContain('model does not count: Adds a composite index on customer\\_id followed by created\\_at, so that filter and order come from one index. The model’s word does not count: the quote does not stand in the answer.');
    expect(models).toMatch(/small-1, prompt interview\/score-point version 1 \([0-9a-f]{12}\), rubric \w+, rule blend-1, coach coach-\d/);
    expect((JSON.parse(await (await client.export({ sessionId, format: 'json' })).text()) as { report: Report }).report).toEqual(report);
    const pdf = Buffer.from(await (await client.export({ sessionId, format: 'pdf' })).arrayBuffer());
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('says nothing of a second reader when there is none', async () => {
    const readers = new Readers();
    readers.isReady = false;
    const { hold, client } = await open(readers);
    expect(await (await client.export({ sessionId: await hold(), format: 'markdown' })).text()).not.toMatch(/second reader/i);
  });
});

describe('models that go', () => {
  test('nobody answering is tried again later, and given up in words after the last attempt', async () => {
    const readers = new Readers();
    readers.read((_, call) => failWith(call, 'rate-limited'));
    const { hold, until, report, clock, queue, kept } = await open(readers);
    const sessionId = await hold();
    await vi.waitFor(async () => expect(second(await report(sessionId))).toMatchObject({ state: 'waiting', says: 'This machine did not answer: too many requests' }));
    for (let attempt = 2; attempt <= 4; attempt++) { clock.advance(3_600_000); queue.resume(); await vi.waitFor(() => expect(queue.ofSession(sessionId)[0]).toMatchObject({ attempts: attempt })); await turns(); }
    expect((await until(sessionId, 'failed')).second.says).toBe('This machine did not answer: too many requests');
    expect([readers.asked.length, kept()]).toEqual([4, 0]);
  });

  test('another model in the middle: the answer is read again from the beginning, by one', async () => {
    const readers = new Readers();
    readers.read(({ point, index }, call) => say(call, { quote: point === 'read-the-plan' ? 'I would run EXPLAIN on the query' : '', verdict: point === 'read-the-plan' ? 'met' : 'missing' }, index < 2 ? {} : { providerId: 'other', model: 'large-1' }));
    const { hold, until, rows } = await open(readers);
    const report = await until(await hold(), 'done');
    expect(readers.asked).toHaveLength(3 + question.points.length);
    expect(second(report).reading?.stamp.model).toBe('other/large-1');
    expect(rows()[0]).not.toContain('small-1');
  });

  test('two models by turns never become one grade', async () => {
    const readers = new Readers();
    readers.read(({ index }, call) => say(call, { quote: '', verdict: 'missing' }, index % 2 === 0 ? {} : { model: 'large-1' }));
    const { hold, report, kept, queue } = await open(readers);
    const sessionId = await hold();
    await vi.waitFor(() => expect(queue.ofSession(sessionId)[0]).toMatchObject({ state: 'queued', error: { code: 'mixed-models' } }));
    expect([readers.asked.length, kept()]).toEqual([4, 0]);
    expect(second(await report(sessionId)).says).toBe('another model went on in the middle, twice, and two are not mixed into one score');
  });

  test('an interview deleted meanwhile gets nothing written, and no more is asked about it', async () => {
    const readers = new Readers();
    readers.read((about, call) => { if (about.index < 2) kind(about, call); });
    const { hold, client, kept, queue, store } = await open(readers);
    const sessionId = await hold();
    await vi.waitFor(() => expect(readers.asked).toHaveLength(3));
    await client.delete({ sessionId });
    kind({ point: 'composite-index' }, readers.asked[2]!);
    await vi.waitFor(() => expect(queue.count('running')).toBe(0));
    await turns();
    expect([readers.asked.length, kept()]).toEqual([3, 0]);
    expect(store.sql.prepare("SELECT subject FROM prompt_use WHERE subject LIKE 'score:%'").all()).toEqual([]);
  });

  test('a result that comes after its interview was deleted, or was replaced by another one, is not written', async () => {
    const readers = new Readers();
    readers.isReady = false;
    readers.read(kind);
    const { hold, client, store, interview, kept } = await open(readers);
    const job = interview.jobs.find((one) => one.kind === SCORE_JOB)!;
    const run = (interviewId: string) => job.run({ interviewId, position: 0, mayLeave: false }, { jobId: 'job', sessionId: interviewId, attempt: 1, signal: new AbortController().signal, progress: () => {} });
    const [deleted, replaced] = [await hold(), await hold()];
    const commits = [await run(deleted), await run(replaced)];
    await client.delete({ sessionId: deleted });
    store.write(() => store.prepare("UPDATE interview_question SET grade = json_set(grade, '$.graderVersion', 'another')").run());
    for (const commit of commits) store.write(() => commit());
    expect([readers.asked.length, kept()]).toEqual([10, 0]);
    expect(await run(deleted)).toBeInstanceOf(Function);
    expect(readers.asked.length).toBe(10);
  });

  test('a crash in the middle, and a run whose result was written already, leave one grade', async () => {
    const readers = new Readers();
    readers.read((about, call) => { if (about.index < 3) kind(about, call); });
    const folder = temporaryFolder();
    const first = await open(readers, folder.path);
    const sessionId = await first.hold();
    await vi.waitFor(() => expect(readers.asked).toHaveLength(4));
    first.store.write(() => first.store.prepare("UPDATE job SET state = 'running'").run()); // as a killed process leaves it
    await first.close();
    const again = new Readers();
    again.read(kind);
    const then = await open(again, folder.path);
    then.clock.advance(3_600_000);
    then.queue.resume();
    const report = await then.until(sessionId, 'done');
    expect(again.asked).toHaveLength(question.points.length);
    const job = then.interview.jobs.find((one) => one.kind === SCORE_JOB);
    const context = { jobId: 'again', sessionId, attempt: 2, signal: new AbortController().signal, progress: () => {} };
    for (const commit of [await job!.run({ interviewId: sessionId, position: 0, mayLeave: false }, context), await job!.run({ interviewId: sessionId, position: 0, mayLeave: false }, context)]) then.store.write(() => { commit(); commit(); });
    expect(then.kept()).toBe(1);
    expect(second(await then.report(sessionId)).reading).toEqual(second(report).reading);
    await then.close();
    folder.dispose();
  });
});

describe('answers leave this machine', () => {
  test('only when the person says so, to the host that was named', async () => {
    const readers = new Readers();
    readers.away = true;
    readers.read((_, call) => say(call, { quote: '', verdict: 'missing' }, { place: 'away', providerId: 'big', model: 'large-1' }));
    const { hold, report, until, client } = await open(readers);
    const sessionId = await hold();
    await turns();
    expect(readers.asked).toEqual([]);
    expect((await report(sessionId)).second.state).toBe('none');
    expect(await client.secondReader({ sessionId })).toEqual({ reader: { name: 'Big · large-1', who: 'cloud', host: 'api.big.example' }, missing: { answers: 1, calls: 5 }, all: { answers: 1, calls: 5 } });
    expect(await client.refine({ sessionId, host: 'api.other.example' })).toEqual({ queued: 0 });
    expect(await client.refine({ sessionId })).toEqual({ queued: 0 });
    expect(readers.asked).toEqual([]);
    expect(await client.refine({ sessionId, host: 'api.big.example' })).toEqual({ queued: 1 });
    const done = await until(sessionId, 'done');
    expect(done.second.graders).toMatchObject([{ madeBy: { who: 'cloud', model: { name: 'large-1' } }, questions: 1 }]);
  });

  test('never because the model here failed and the router would go on with one elsewhere', async () => {
    const temporary = temporaryFolder();
    const folder = claimDataFolder(join(temporary.path, 'models'));
    const clock = new SettableClock(START);
    const { store } = openStore(folder, () => START);
    const [here, away] = [new ScriptedModel('local', [{ fault: 'crashed' }], { place: 'here' }), new ScriptedModel('big', ['{"quote": "", "verdict": "missing"}'])];
    const config = new ConfigInMemory([connection('local', { kind: 'llama', needsKey: false }), connection('big')], { order: ['local', 'big'] });
    config.setLane('interactive-deep', { order: [] });
    const telemetry = createTelemetry({ store, clock });
    const router = createRouter({ config, pool: new ScriptedPool(config, [here, away]), store, clock, rng: seededRng(1), telemetry, onChange: () => {} });
    closes.push(async () => { await router.close(); await telemetry.close(); store.close(); folder.release(); temporary.dispose(); });
    const { hold, report, client } = await open(router);
    const sessionId = await hold();
    await vi.waitFor(async () => expect(second(await report(sessionId))).toMatchObject({ state: 'waiting', says: expect.stringContaining('nothing is sent elsewhere unless you ask') }));
    expect([here.calls, away.calls]).toEqual([1, 0]);
    // The person asks, and is told that it leaves, once the model here is out of the way.
    config.setLane('background', { order: ['big'] });
    expect((await client.secondReader({ sessionId })).reader?.host).toBe('big.example');
    expect(await client.refine({ sessionId, host: 'big.example' })).toEqual({ queued: 1 });
    await vi.waitFor(async () => expect((await report(sessionId)).second.state).toBe('done'));
    expect(away.calls).toBe(question.points.length);
  });
});

describe('read again', () => {
  test('by another model: the reading before stays until the new one is there, and two models make no overall score', async () => {
    const readers = new Readers();
    let held: ScriptedCall | undefined;
    readers.read((_, call) => { if (held === undefined && call.call.request.conversationId?.endsWith(':1')) held = call; else say(call, { quote: '', verdict: 'missing' }); });
    const { client, until, report, kept } = await open(readers);
    let view = await client.start({ ...(await client.setupDefaults()).setup, packId: 'backend-engineer', kind: 'technical', mode: 'exam', followUps: false, questionCount: 2 });
    for (let number = 0; number < 2; number++) {
      const body = shippedQuestions().get(view.current?.questionId ?? '')!;
      view = await client.answer({ ...at(view), submissionId: submission(), text: body.model_answer.split(/(?<=\.)\s+/).slice(0, 3).join(' ') });
    }
    await client.end(at(view));
    const { sessionId } = view;
    await vi.waitFor(() => expect(held).toBeDefined());
    expect((await report(sessionId)).second).toMatchObject({ state: 'running', covered: 1, of: 2, score: null, low: null, graders: [{ questions: 1 }] });
    readers.read((_, call) => say(call, { quote: '', verdict: 'missing' }));
    say(held!, { quote: '', verdict: 'missing' });
    const done = await until(sessionId, 'done');
    expect(done.second).toMatchObject({ covered: 2, of: 2, graders: [{ questions: 2 }] });
    expect(done.second.score).not.toBeNull();
    held = undefined;
    readers.read((_, call) => { if (held === undefined && call.call.request.conversationId?.endsWith(':1')) held = call; else say(call, { quote: '', verdict: 'missing' }, { model: 'large-1' }); });
    expect(await client.refine({ sessionId, which: 'all' })).toEqual({ queued: 2 });
    await vi.waitFor(() => expect(held).toBeDefined());
    const between = await report(sessionId);
    expect(between.second).toMatchObject({ state: 'running', covered: 1, of: 2, score: null });
    expect(between.questions.map(({ second: of }) => of?.reading?.stamp.model)).toEqual(['here/large-1', 'here/small-1']);
    say(held!, { quote: '', verdict: 'missing' }, { model: 'large-1' });
    const after = await until(sessionId, 'done');
    expect(after.second).toMatchObject({ graders: [{ madeBy: { model: { name: 'large-1' } }, questions: 2 }] });
    expect(after.second.score).not.toBeNull();
    expect(kept()).toBe(2);
  });

  test('is refused for interviews that are not there or have not ended', async () => {
    const { client } = await open();
    const view = await client.retry({ questionId: QUESTION, mode: 'exam' });
    for (const call of [() => client.refine({ sessionId: view.sessionId }), () => client.secondReader({ sessionId: view.sessionId })]) await expect(call()).rejects.toMatchObject({ code: 'INTERVIEW_NOT_ENDED' });
    await expect(client.refine({ sessionId: 'nobody' })).rejects.toMatchObject({ code: 'INTERVIEW_NOT_FOUND' });
  });
});
