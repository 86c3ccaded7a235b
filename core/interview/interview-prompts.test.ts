import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testCoach } from '../../testing/coach.ts';
import { at, PROJECT, START, temporaryFolder } from '../../testing/engine.ts';
import { ScriptedInference } from '../../testing/scripted-inference.ts';
import { newestTurn as newest, openSpokenInterview, stepsIn, type SpokenInterview } from '../../testing/spoken-interview.ts';
import type { SessionView } from '../contract/interview.ts';
import { INTERVIEW_PROMPTS } from './speech-script.ts';

const coach = testCoach();
const cache = temporaryFolder();
afterAll(() => cache.dispose());
const FOLLOW_UP = 'interview/follow-up';
const SECOND_ANSWER = 'I would have to look that up, to be honest with you.';

let [folder, files] = [] as unknown as [ReturnType<typeof temporaryFolder>, ReturnType<typeof temporaryFolder>];
let inference: ScriptedInference;
let running: SpokenInterview;
const open = (freeBytes?: () => number): Promise<SpokenInterview> => openSpokenInterview({ dataDir: folder.path, inference, coach, cacheDir: cache.path, promptsDir: files.path, ...(freeBytes ? { freeBytes } : {}) });
const fileOf = (id: string, version = 1): string => join(files.path, `${id}.v${version}.prompt`);
const words = (id: string): string => readFileSync(fileOf(id), 'utf8');
/** The follow-up's prompt in other words; its input stays what it is. */
const reworded = (opening: string): string => words(FOLLOW_UP).replace('Ask one follow-up question.', opening);

beforeEach(async () => {
  [folder, files] = [temporaryFolder(), temporaryFolder()];
  for (const slug of ['interview', 'router']) mkdirSync(join(files.path, slug));
  for (const id of INTERVIEW_PROMPTS) cpSync(join(PROJECT, 'prompts', `${id}.v1.prompt`), fileOf(id));
  writeFileSync(join(files.path, 'labels.json'), JSON.stringify({ version: 1, labels: {} }));
  writeFileSync(join(files.path, 'experiments.json'), JSON.stringify({ version: 1, experiments: [] }));
  inference = new ScriptedInference();
  running = await open();
});
afterEach(async () => {
  await running.close();
  for (const one of [folder, files]) one.dispose();
  if (running.faults.length > 0) throw running.faults[0];
});

const { start, view, answer, call, said, atFollowUp } = stepsIn(() => running);
const rows = (sql: string, ...values: unknown[]): Record<string, unknown>[] => running.store.sql.prepare(sql).all(...values) as Record<string, unknown>[];
const pins = (sessionId: string): unknown[] => running.store.sql.prepare('SELECT prompt FROM prompt_pin WHERE session_id = ? ORDER BY prompt').pluck().all(sessionId);
/** What is on record of the prompts of one turn, the instruction's first. */
const uses = (sessionId: string, seq: number): Record<string, unknown>[] => rows("SELECT * FROM prompt_use WHERE session_id = ? AND subject = ? ORDER BY prompt = 'router/continue-cut', prompt", sessionId, `turn:${seq}`);
const shown = (sessionId: string): Promise<void> => vi.waitFor(async () => { if (newest(await view(sessionId), 'follow-up')?.text === '') throw new Error('nothing yet'); });

describe('an interview', () => {
  const changes: [string, { before?: () => void; change: () => void | Promise<void>; later: string }][] = [
    ['edited', { change: () => writeFileSync(fileOf(FOLLOW_UP), reworded('Ask something else.')), later: 'Ask something else.' }],
    ['given a version that is labelled production', {
      before: () => writeFileSync(fileOf(FOLLOW_UP, 2), reworded('Ask something newer.')), change: () => running.prompts.saveLabel(FOLLOW_UP, 'production', '2'), later: 'Ask something newer.',
    }],
    ['put under an experiment', {
      before: () => writeFileSync(fileOf(FOLLOW_UP, 2), reworded('Ask something on trial.')), later: 'Ask something on trial.',
      change: () => running.prompts.saveExperiment({ id: 'trial', prompt: FOLLOW_UP, about: 'For this test.', arms: [{ version: '2', weight: 0.9999 }, { version: '1', weight: 0.0001 }], from: START, until: null }),
    }],
    ['deleted, and the app started again', {
      before: () => writeFileSync(fileOf(FOLLOW_UP, 2), reworded('Ask something that is left.')), later: 'Ask something that is left.',
      change: async () => { rmSync(fileOf(FOLLOW_UP)); await running.close(); running = await open(); },
    }],
    ['broken, and the app started again', {
      before: () => writeFileSync(fileOf(FOLLOW_UP, 2), reworded('Ask something that is whole.')), later: 'Ask something that is whole.',
      change: async () => { writeFileSync(fileOf(FOLLOW_UP), '---\nlane: nowhere\n---\nAsk {{'); await running.close(); running = await open(); },
    }],
  ];
  it.each(changes)('keeps its words when a prompt is %s in the middle; a later one has the new', async (_, { before, change, later }) => {
    before?.();
    running.prompts.reload();
    const { now, spoken, good } = await atFollowUp();
    const first = spoken.call;
    expect(first.request.messages.at(-1)?.text).toContain('Ask one follow-up question.');
    spoken.attempt().say(good).end();
    await said(now.sessionId, 'follow-up');

    await change();
    running.prompts.reload();
    await answer(await view(now.sessionId), SECOND_ANSWER);
    const second = await call(2);
    expect(second.call.prompt).toEqual(first.prompt);
    expect(second.call.request.messages.at(-1)?.text).toContain('Ask one follow-up question.');

    const { spoken: other } = await atFollowUp();
    expect(other.call.request.messages.at(-1)?.text).toContain(later);
    expect(other.call.prompt.hash).not.toBe(first.prompt.hash);
    expect(other.call.prompt.with).toEqual(first.prompt.with);
  });

  it('keeps the words of all its prompts from its beginning on, model or not', async () => {
    inference.isReady = false;
    const { sessionId } = await start();
    expect(running.prompts.problems()).toEqual([]);
    expect(pins(sessionId)).toEqual([...INTERVIEW_PROMPTS].toSorted());
    const kept = rows('SELECT prompt, source FROM prompt_words ORDER BY prompt');
    expect(kept.map(({ prompt }) => prompt)).toEqual([...INTERVIEW_PROMPTS].toSorted());
    for (const { prompt, source } of kept) expect(source).toBe(words(String(prompt)));
  });

  it('asks nothing of what is kept of prompts as long as no model is there', async () => {
    inference.isReady = false;
    const begun = await start();
    const prepared = vi.spyOn(running.store, 'prepare');
    const followUp = await answer(begun);
    await running.client.repeat(at(await answer(followUp, SECOND_ANSWER)));
    expect(prepared.mock.calls.length).toBeGreaterThan(10);
    expect(prepared.mock.calls.filter(([sql]) => sql.includes('prompt_'))).toEqual([]);
  });

  it('that could not begin has kept nothing', async () => {
    running.store.faults = { beforeWrite: () => {}, beforeCommit: () => { throw new Error('full'); }, afterCommit: () => {} };
    await expect(start()).rejects.toThrow('full');
    running.store.faults = undefined;
    expect(rows('SELECT * FROM prompt_pin')).toEqual([]);
  });

  it('from before prompts were kept gets the words in use now, and keeps those', async () => {
    const begun = await start();
    (await call(0)).giveUp();
    await said(begun.sessionId, 'opening');
    running.store.sql.prepare('DELETE FROM prompt_pin').run();
    await running.close();
    running = await open();
    await answer(await view(begun.sessionId));
    expect((await call(1)).call.prompt).toMatchObject({ id: FOLLOW_UP, version: '1' });
    expect(pins(begun.sessionId)).toEqual([FOLLOW_UP, 'interview/interviewer', 'router/continue-cut', 'session/notes']);
  });

  it('leaves nothing of its prompts behind when it is deleted while words are looked for', async () => {
    const begun = await start();
    await running.client.delete({ sessionId: begun.sessionId });
    await new Promise((resume) => setTimeout(resume, 50));
    expect([...rows('SELECT * FROM prompt_pin'), ...rows('SELECT * FROM prompt_use')]).toEqual([]);
  });
});

describe('a turn', () => {
  it('names every prompt its words were made from, and each hash leads to the words', async () => {
    const { now, spoken, good } = await atFollowUp();
    expect(spoken.call.prompt).toMatchObject({ id: FOLLOW_UP, with: [{ id: 'interview/interviewer', version: '1' }] });
    spoken.attempt().say(good).end();
    const turn = await said(now.sessionId, 'follow-up');
    expect(turn.madeBy?.prompts?.map(({ id }) => id)).toEqual([FOLLOW_UP, 'interview/interviewer']);
    for (const id of [FOLLOW_UP, 'interview/interviewer']) writeFileSync(fileOf(id), words(id).replace('changelog:', 'changelog:\n  - "1: later"'));
    await running.close();
    running = await open();
    for (const { id, version, hash } of turn.madeBy?.prompts ?? []) {
      const found = running.prompts.words(hash);
      expect(found).toMatchObject({ id, version, hash });
      expect(found?.source).not.toContain('later');
      expect(found?.source.length).toBeGreaterThan(300);
    }
  });

  it('names the words to go on with when a model was given them', async () => {
    const { now, spoken, good, seq } = await atFollowUp();
    spoken.attempt('A').say(good.slice(0, 60));
    await shown(now.sessionId);
    expect(spoken.call.continueAfter?.('You said').map(({ text }) => text)[0]).toBe('You said');
    spoken.fail('A', 'B', 'continued').attempt('B').say(good.slice(60)).end();
    const turn = await said(now.sessionId, 'follow-up');
    expect(turn).toMatchObject({ text: good, cut: null });
    expect(turn.madeBy?.prompts?.map(({ id }) => id)).toEqual([FOLLOW_UP, 'interview/interviewer', 'router/continue-cut']);
    expect(uses(now.sessionId, seq).map(({ prompt }) => prompt)).toEqual([FOLLOW_UP, 'interview/interviewer', 'router/continue-cut']);
  });

  it('does not name them when somebody began anew after that', async () => {
    const { now, spoken, good, seq } = await atFollowUp();
    spoken.call.continueAfter?.('You said');
    spoken.attempt('A').say('You said that').fail('A', 'B', 'continued').attempt('B').fail('B', 'C', 'restarted').attempt('C').say(good).end();
    expect((await said(now.sessionId, 'follow-up')).madeBy?.prompts?.map(({ id }) => id)).toEqual([FOLLOW_UP, 'interview/interviewer']);
    expect(uses(now.sessionId, seq)).toHaveLength(2);
  });

  it('of the coach names none', async () => {
    const { now, spoken } = await atFollowUp();
    spoken.giveUp();
    expect((await said(now.sessionId, 'follow-up')).madeBy).not.toHaveProperty('prompts');
  });
});

describe('the uses of prompts', () => {
  it('tell of words that stand who said them, how quickly, and from which prompts', async () => {
    const { now, spoken, good, seq } = await atFollowUp();
    spoken.attempt('Cloud A', 'away');
    running.steady.ms += 250;
    spoken.say(good.slice(0, -10));
    await shown(now.sessionId);
    running.steady.ms += 750.4;
    spoken.say(good.slice(-10)).end({ place: 'away', providerName: 'Cloud A', model: 'big' });
    const { madeBy } = await said(now.sessionId, 'follow-up');
    const facts = { outcome: 'stood', lane: 'interactive-deep', place: 'away', model: 'big', first_word_ms: 250, duration_ms: 1000, input_tokens: 300, output_tokens: 64, rating: null, score: null, asked_again: 0, experiment: null };
    expect(uses(now.sessionId, seq)).toMatchObject((madeBy?.prompts ?? []).map(({ id, version, hash }) => ({ ...facts, prompt: id, version, hash })));
    expect(uses(now.sessionId, seq)).toHaveLength(2);
    expect(JSON.stringify(rows('SELECT * FROM prompt_use'))).not.toContain('monitoring');
  });

  it('tell nothing of the speed of an answer that was kept from before', async () => {
    const { now, spoken, good, seq } = await atFollowUp();
    spoken.attempt().say(good).end({ cached: true });
    await said(now.sessionId, 'follow-up');
    const facts = { outcome: 'stood', model: 'test-model', first_word_ms: null, duration_ms: null, output_tokens: 64 };
    expect(uses(now.sessionId, seq)).toMatchObject([facts, facts]);
  });

  it.each<[string, (spoken: Awaited<ReturnType<typeof atFollowUp>>) => void, Record<string, unknown>]>([
    ['refused when they came to an end', ({ spoken }) => spoken.attempt().say('I see. Thank you for the answer.').end(), { outcome: 'refused', place: 'here', model: 'test-model', first_word_ms: 0, duration_ms: 0, input_tokens: 300, output_tokens: 64 }],
    ['refused in the middle', ({ spoken }) => spoken.attempt().say('How would you \u0007 find out what the database does with it'), { outcome: 'refused', place: 'here', model: 'test-model', first_word_ms: 0, duration_ms: 0, input_tokens: null }],
    ['unanswered when nobody answered', ({ spoken }) => spoken.attempt('A').fail('A', null, 'nothing-shown').giveUp(), { outcome: 'unanswered', place: null, model: null, first_word_ms: null, duration_ms: 0, output_tokens: null }],
    ['unanswered when the words broke off', ({ spoken }) => spoken.attempt('A').say('You said that you would look at the monitoring first, and').fail('A', null, 'restarted').giveUp(), { outcome: 'unanswered', place: null, model: null, first_word_ms: null }],
    ['interrupted when the call was cancelled', ({ spoken }) => spoken.attempt().push({ type: 'gave-up', says: 'It was cancelled.', aborted: true, cut: '' }), { outcome: 'interrupted', place: 'here', duration_ms: null }],
  ])('are %s', async (_, how, facts) => {
    const at = await atFollowUp();
    how(at);
    await said(at.now.sessionId, 'follow-up');
    expect(uses(at.now.sessionId, at.seq)).toMatchObject([{ prompt: FOLLOW_UP, ...facts }, { prompt: 'interview/interviewer', ...facts }]);
  });

  it.each(['skip', 'pause', 'end', 'repeat'] as const)('are interrupted when the person goes on with %s', async (command) => {
    const { now, spoken, seq } = await atFollowUp();
    spoken.attempt().say('You said that you would look at the monitoring first of all, and th');
    await shown(now.sessionId);
    await running.client[command](at(now));
    const facts = { outcome: 'interrupted', place: 'here', model: 'test-model', first_word_ms: 0, duration_ms: null, asked_again: 0 };
    expect(uses(now.sessionId, seq)).toMatchObject([facts, facts]);
    spoken.say('and more').end();
    await new Promise((resume) => setTimeout(resume, 20));
    expect(uses(now.sessionId, seq)).toMatchObject([facts, facts]);
  });

  it('stand when the sentences that were shown do, though the rest was not waited for', async () => {
    const { now, spoken, good, seq } = await atFollowUp();
    spoken.attempt().say(`${good} And now I am going to tell you a long`);
    await shown(now.sessionId);
    await answer(now, SECOND_ANSWER);
    expect(uses(now.sessionId, seq)).toMatchObject([{ outcome: 'stood', duration_ms: null, output_tokens: null }, { outcome: 'stood' }]);
  });

  it.each(['closed', 'crashed'] as const)('are interrupted when the app %s', async (how) => {
    const { now, spoken, seq } = await atFollowUp();
    spoken.attempt();
    await (how === 'closed' ? running.close() : running.crash());
    running = await open();
    await view(now.sessionId);
    const facts = { outcome: 'interrupted', version: '1', hash: expect.stringMatching(/^[0-9a-f]{12}$/) as string, duration_ms: null };
    expect(uses(now.sessionId, seq)).toMatchObject([{ prompt: FOLLOW_UP, ...facts }, { prompt: 'interview/interviewer', ...facts }]);
  });

  it('are unanswered when the machinery itself failed, and none when nobody could be asked', async () => {
    const { now, spoken, seq } = await atFollowUp();
    spoken.giveUp();
    await said(now.sessionId, 'follow-up');
    inference.answerWith = () => { throw new Error('broken'); };
    const after = await answer(await view(now.sessionId), SECOND_ANSWER);
    const turn = await said(now.sessionId, 'follow-up');
    expect(turn.seq).toBeGreaterThan(seq);
    expect(uses(after.sessionId, turn.seq)).toMatchObject([{ outcome: 'unanswered' }, { outcome: 'unanswered' }]);
    expect(running.faults.splice(0)).toHaveLength(1);
    inference.isReady = false;
    const alone = await start();
    expect(rows('SELECT * FROM prompt_use WHERE session_id = ?', alone.sessionId)).toEqual([]);
  });

  it('are written with the words when the disk takes them again, once', async () => {
    await running.close();
    let free = 10 ** 12;
    running = await open(() => free);
    const { now, spoken, good, seq } = await atFollowUp();
    free = 0;
    running.steady.ms += 400;
    spoken.attempt().say(good).end();
    await vi.waitFor(async () => expect(newest(await view(now.sessionId), 'follow-up')).toMatchObject({ text: good, state: 'speaking' }));
    expect(uses(now.sessionId, seq)).toEqual([]);
    running.steady.ms += 60_000;
    free = 10 ** 12;
    await said(now.sessionId, 'follow-up');
    expect(uses(now.sessionId, seq)).toMatchObject([{ outcome: 'stood', duration_ms: 400 }, { outcome: 'stood', duration_ms: 400 }]);
  });

  it('carry the experiment that chose the words', async () => {
    writeFileSync(fileOf(FOLLOW_UP, 2), reworded('Ask something on trial.'));
    running.prompts.reload();
    running.prompts.saveExperiment({ id: 'trial', prompt: FOLLOW_UP, about: 'For this test.', arms: [{ version: '1', weight: 0.5 }, { version: '2', weight: 0.5 }], from: START, until: null });
    const { now, spoken, good, seq } = await atFollowUp();
    spoken.attempt().say(good).end();
    await said(now.sessionId, 'follow-up');
    expect(uses(now.sessionId, seq)).toMatchObject([{ prompt: FOLLOW_UP, experiment: 'trial', version: spoken.call.prompt.version }, { prompt: 'interview/interviewer', experiment: null }]);
  });
});

describe('what came of them', () => {
  const spokenFollowUp = async (): Promise<{ sessionId: string; seq: number }> => {
    const { now, spoken, good, seq } = await atFollowUp();
    spoken.attempt().say(good).end();
    await said(now.sessionId, 'follow-up');
    return { sessionId: now.sessionId, seq };
  };
  const grade = (sessionId: string): number | null => running.store.sql.prepare('SELECT score FROM interview_question WHERE interview_id = ? AND position = 0').pluck().get(sessionId) as number | null;

  it('is the score of the answer that followed', async () => {
    const { sessionId, seq } = await spokenFollowUp();
    expect(uses(sessionId, seq)).toMatchObject([{ score: null }, { score: null }]);
    await answer(await view(sessionId), 'I would find out with a trace how many queries each request makes, and then measure the slowest of them again after the change.');
    const score = grade(sessionId);
    expect(score).toBeTypeOf('number');
    expect(uses(sessionId, seq)).toMatchObject([{ score }, { score }]);
  });

  it('is the score also when the answer came before the last words', async () => {
    const { now, spoken, good, seq } = await atFollowUp();
    spoken.attempt().say(`${good} And now I am going to tell you a long`);
    await shown(now.sessionId);
    await answer(now, SECOND_ANSWER);
    expect(uses(now.sessionId, seq)).toMatchObject([{ outcome: 'stood', score: grade(now.sessionId) }, { outcome: 'stood' }]);
  });

  it('is nothing where the coach spoke in the end', async () => {
    const { now, spoken, seq } = await atFollowUp();
    spoken.attempt().say('I see. Thank you for the answer.').end();
    await said(now.sessionId, 'follow-up');
    await running.client.rateTurn({ sessionId: now.sessionId, seq, rating: 'down' });
    const after = await running.client.repeat(at(await view(now.sessionId)));
    await answer(after, SECOND_ANSWER);
    const facts = { outcome: 'refused', score: null, rating: null, asked_again: 0 };
    expect(uses(now.sessionId, seq)).toMatchObject([facts, facts]);
    expect(newest(await view(now.sessionId), 'repeat')).toBeDefined();
  });

  it('is that the person asked to hear it again', async () => {
    const { sessionId, seq } = await spokenFollowUp();
    const once = await running.client.repeat(at(await view(sessionId)));
    expect(uses(sessionId, seq)).toMatchObject([{ asked_again: 1 }, { asked_again: 1 }]);
    await running.client.repeat(at(once));
    expect(uses(sessionId, seq)).toMatchObject([{ asked_again: 2 }, { asked_again: 2 }]);
  });

  it('is a rating, which is also with the turn, and can be taken back', async () => {
    const { sessionId, seq } = await spokenFollowUp();
    for (const rating of ['up', 'down', null] as const) {
      await running.client.rateTurn({ sessionId, seq, rating });
      expect(uses(sessionId, seq)).toMatchObject([{ rating }, { rating }]);
      expect(newest(await view(sessionId), 'follow-up')).toMatchObject({ seq, rating });
    }
  });

  it('a rating reaches other windows, leaves the revision alone, and is taken after the interview too', async () => {
    const { sessionId, seq } = await spokenFollowUp();
    const stop = new AbortController();
    const watched = await running.client.watch({ sessionId }, { signal: stop.signal });
    const seen = async (): Promise<SessionView> => (await watched.next()).value as SessionView;
    const first = await seen();
    await running.client.rateTurn({ sessionId, seq, rating: 'up' });
    const then = await seen();
    expect([first, then].map((one) => newest(one, 'follow-up')?.rating)).toEqual([null, 'up']);
    expect(then.revision).toBe(first.revision);
    await running.client.end(at(then));
    await running.client.rateTurn({ sessionId, seq, rating: 'down' });
    expect((await running.client.transcript({ sessionId })).turns[seq]).toMatchObject({ seq, rating: 'down' });
    stop.abort();
  });

  it('the coach’s words can be rated as well', async () => {
    inference.isReady = false;
    const begun = await start();
    const seq = newest(begun, 'opening')?.seq ?? -1;
    await running.client.rateTurn({ sessionId: begun.sessionId, seq, rating: 'up' });
    expect(newest(await view(begun.sessionId), 'opening')?.rating).toBe('up');
    expect(rows('SELECT * FROM prompt_use')).toEqual([]);
  });

  it.each<[string, (now: Awaited<ReturnType<typeof atFollowUp>>) => { sessionId: string; seq: number }, string]>([
    ['one’s own answer', ({ now }) => ({ sessionId: now.sessionId, seq: newest(now, 'answer')?.seq ?? -1 }), 'INTERVIEW_NOT_NOW'],
    ['words that still come', ({ now, seq }) => ({ sessionId: now.sessionId, seq }), 'INTERVIEW_NOT_NOW'],
    ['a turn that is not there', ({ now }) => ({ sessionId: now.sessionId, seq: 999 }), 'INTERVIEW_NOT_FOUND'],
    ['a turn of no interview', ({ seq }) => ({ sessionId: 'nowhere', seq }), 'INTERVIEW_NOT_FOUND'],
  ])('%s cannot be rated', async (_, which, code) => {
    const found = await atFollowUp();
    await expect(running.client.rateTurn({ ...which(found), rating: 'up' })).rejects.toMatchObject({ code });
    expect(rows('SELECT * FROM interview_turn WHERE rating IS NOT NULL')).toEqual([]);
  });
});
