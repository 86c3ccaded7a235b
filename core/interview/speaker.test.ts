import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testCoach } from '../../testing/coach.ts';
import { at, temporaryFolder } from '../../testing/engine.ts';
import { ScriptedInference } from '../../testing/scripted-inference.ts';
import { newestTurn as newest, openSpokenInterview, stepsIn, THIN, type SpokenInterview } from '../../testing/spoken-interview.ts';
import type { SpeechPart } from '../contract/interview.ts';

const coach = testCoach();
/** Parsed packs, for all tests of this file. */
const cache = temporaryFolder();
afterAll(() => cache.dispose());
const LEAD = 'So you looked at the monitoring first. Let us turn to something else.';
const open = (dataDir: string, inference: ScriptedInference, freeBytes?: () => number): Promise<SpokenInterview> =>
  openSpokenInterview({ dataDir, inference, coach, cacheDir: cache.path, ...(freeBytes ? { freeBytes } : {}) });

let folder: ReturnType<typeof temporaryFolder>;
let inference: ScriptedInference;
let running: SpokenInterview;
beforeEach(async () => { folder = temporaryFolder(); inference = new ScriptedInference(); running = await open(folder.path, inference); });
afterEach(async () => { await running.close(); folder.dispose(); if (running.faults.length > 0) throw running.faults[0]; });

const { start, view, answer, call, said, atFollowUp } = stepsIn(() => running);

/** Collects what is said in an interview. */
async function listen(sessionId: string): Promise<{ parts: SpeechPart[]; stop(): void; ended: Promise<void> }> {
  const parts: SpeechPart[] = [];
  const stop = new AbortController();
  const stream = await running.client.speech({ sessionId }, { signal: stop.signal });
  const ended = (async () => { try { for await (const part of stream) parts.push(part); } catch { /* stopped */ } })();
  await Promise.resolve();
  return { parts, stop: () => stop.abort(), ended };
}

describe('with a model', () => {
  it('shows the question at once and lets the model word the opening', async () => {
    const begun = await start();
    expect(newest(begun, 'question')).toMatchObject({ state: 'said' });
    expect(newest(begun, 'opening')).toMatchObject({ state: 'speaking', text: '' });
    expect(begun.current?.asked).toBe(newest(begun, 'question')?.text);
    (await call(0)).attempt().say('Good morning, and welcome. ').say('Let us begin.').end();
    expect(await said(begun.sessionId, 'opening')).toMatchObject({
      text: 'Good morning, and welcome. Let us begin.', cut: null,
      madeBy: { who: 'local', part: 'interview/opening', version: '1', model: { provider: 'Test provider', name: 'test-model', inputTokens: 300, outputTokens: 64 } },
    });
    expect((await view(begun.sessionId)).revision).toBe(begun.revision);
  });

  it('commits the answer before the model has said a word', async () => {
    const { now, line } = await atFollowUp();
    expect(newest(now, 'answer')).toMatchObject({ text: THIN, state: 'said' });
    expect(newest(now, 'follow-up')).toMatchObject({ state: 'speaking', text: '' });
    expect(line).toMatch(/\?$/);
  });

  it('asks the model after the point the coach chose, with the answer fenced and the question word for word', async () => {
    const { now, spoken, line } = await atFollowUp();
    const { messages, stableMessages, conversationId } = spoken.call.request;
    expect(stableMessages).toBe(messages.length - 1);
    expect(conversationId).toBe(now.sessionId);
    expect(spoken.call.prompt).toMatchObject({ id: 'interview/follow-up', version: '1', hash: expect.stringMatching(/^[0-9a-f]{12}$/) });
    const last = messages.at(-1)?.text ?? '';
    expect(last).toContain(`<answer>\n${THIN}\n</answer>`);
    expect(line).toContain(/you want to know now: (.*)/.exec(last)?.[1] ?? 'nothing');
    expect(messages.find(({ role }) => role === 'assistant')?.text).toContain(newest(now, 'question')?.text);
    expect(JSON.stringify(messages)).not.toContain('said_as');
  });

  it('streams the words and stores them, with who spoke and from which prompt', async () => {
    const { now, spoken, good } = await atFollowUp();
    const heard = await listen(now.sessionId);
    spoken.attempt();
    for (const word of good.split(/(?<= )/)) spoken.say(word);
    spoken.end({ place: 'away', providerName: 'Cloud A' });
    const turn = await said(now.sessionId, 'follow-up');
    expect(turn).toMatchObject({ text: good, madeBy: { who: 'cloud', part: 'interview/follow-up', model: { provider: 'Cloud A' } } });
    await vi.waitFor(() => expect(heard.parts.at(-1)?.type).toBe('end'));
    expect(heard.parts.filter(({ type }) => type === 'start').length).toBeGreaterThan(0);
    expect(heard.parts.flatMap((part) => (part.type === 'delta' ? part.text : [])).join('')).toBe(good);
    expect((await view(now.sessionId)).current?.asked).toBe(good);
    heard.stop();
  });

  it('tells a late listener the words so far', async () => {
    const { now, spoken, good } = await atFollowUp();
    spoken.attempt().say(`${good.slice(0, -20)}`);
    await vi.waitFor(async () => expect(newest(await view(now.sessionId), 'follow-up')?.text).not.toBe(''));
    const heard = await listen(now.sessionId);
    await vi.waitFor(() => expect(heard.parts[0]).toMatchObject({ type: 'start', by: 'Test provider · test-model' }));
    const first = heard.parts[0] as Extract<SpeechPart, { type: 'start' }>;
    expect(good.startsWith(first.text)).toBe(true);
    expect(first.text.length).toBeGreaterThan(20);
    heard.stop();
  });

  it('words the lead-in to the next question and the closing', async () => {
    const begun = await start({ followUps: false, mode: 'exam', questionCount: 2 });
    (await call(0)).giveUp();
    const second = await answer(begun);
    expect(newest(second, 'question')).toMatchObject({ state: 'said', questionIndex: 1 });
    (await call(1)).attempt().say(LEAD).end();
    expect(await said(begun.sessionId, 'opening')).toMatchObject({ text: LEAD, questionIndex: 1, madeBy: { part: 'interview/lead-in' } });
    expect(inference.calls[1]?.call.request.messages.at(-1)?.text).toContain(second.questions[1]?.title);
    const closing = await running.client.skip(at(second));
    expect(closing.phase).toBe('closing');
    (await call(2)).attempt().say('That is all from me. Is there anything you would like to add?').end();
    expect(await said(begun.sessionId, 'closing')).toMatchObject({ text: 'That is all from me. Is there anything you would like to add?', madeBy: { part: 'interview/closing' } });
    expect(inference.calls[2]?.call.request.messages.at(-1)?.text).toContain('<answer>\n\n</answer>');
  });

  it('begins every call of one interview with the same messages', async () => {
    const { spoken, now, good } = await atFollowUp();
    spoken.attempt().say(good).end();
    await said(now.sessionId, 'follow-up');
    await answer(await view(now.sessionId), 'I would have to look that up, to be honest with you.');
    const [opening, first, second] = [inference.calls[0], inference.calls[1], await call(2)].map((one) => one?.call.request.messages ?? []);
    expect(first?.[0]).toEqual(opening?.[0]);
    expect(second?.slice(0, (first?.length ?? 0) - 1)).toEqual(first?.slice(0, -1));
    expect(first?.at(-1)?.text.startsWith(second?.[(first.length) - 1]?.text ?? '-')).toBe(true);
  });
});

describe('without a model', () => {
  it('reads as before: the coach speaks at once and nobody is asked', async () => {
    inference.isReady = false;
    const begun = await start();
    const after = await answer(begun);
    expect([...begun.turns, ...after.turns].every(({ state }) => state === 'said')).toBe(true);
    expect(newest(after, 'follow-up')?.madeBy).toEqual({ who: 'coach', part: 'interviewer', version: '1' });
    expect(inference.calls).toHaveLength(0);
  });

  it('gets one ready that only has to be loaded, and lets it speak from the next turn on', async () => {
    inference.isReady = false;
    const begun = await start();
    expect(inference.warmed).toBeGreaterThan(0);
    inference.isReady = true;
    expect(newest(await answer(begun), 'follow-up')?.state).toBe('speaking');
  });
});

describe('when somebody does not answer', () => {
  it('says who went on, when nothing had been shown', async () => {
    const { now, spoken, good } = await atFollowUp();
    const heard = await listen(now.sessionId);
    spoken.attempt('Cloud A', 'away').fail('Cloud A', 'Local', 'nothing-shown').attempt('Local').say(good).end();
    expect(await said(now.sessionId, 'follow-up')).toMatchObject({ text: good, cut: null, madeBy: { who: 'local', instead: 'Cloud A did not answer (too many requests); Local goes on.' } });
    expect(heard.parts.find(({ type }) => type === 'switch')).toMatchObject({ from: 'Cloud A', to: 'Local' });
    heard.stop();
  });

  it('goes on after the words shown when the next one can', async () => {
    const { now, spoken, good } = await atFollowUp();
    spoken.attempt('Cloud A').say(good.slice(0, 60)).fail('Cloud A', 'Local', 'continued').attempt('Local').say(good.slice(60)).end();
    expect(await said(now.sessionId, 'follow-up')).toMatchObject({ text: good, cut: null });
  });

  it('keeps words that broke off, marked as such, when the next one begins again', async () => {
    const { now, spoken, good } = await atFollowUp();
    const heard = await listen(now.sessionId);
    const shown = 'You said that you would look at the monitoring first of all';
    spoken.attempt('Cloud A').say(shown).fail('Cloud A', 'Local', 'restarted').attempt('Local').say(good).end();
    expect(await said(now.sessionId, 'follow-up')).toMatchObject({ text: good, cut: shown });
    expect(heard.parts.find(({ type }) => type === 'restart')).toMatchObject({ cut: shown });
    heard.stop();
  });

  it('lets the coach ask when nobody is left, and says why', async () => {
    const { now, spoken, line } = await atFollowUp();
    spoken.attempt('Cloud A').say('You said that you would look at the monitoring first, and').fail('Cloud A', null, 'restarted').giveUp();
    expect(await said(now.sessionId, 'follow-up')).toMatchObject({
      text: line, cut: 'You said that you would look at the monitoring first, and', madeBy: { who: 'coach', part: 'interviewer', instead: 'Cloud A did not answer (too many requests); the built-in coach goes on.' },
    });
  });

  it('says both, who did not answer and that the words did not fit', async () => {
    const { now, spoken, line } = await atFollowUp();
    spoken.attempt('Cloud A').fail('Cloud A', 'Local', 'nothing-shown').attempt('Local').say('I see. Thank you for the answer.').end();
    expect(await said(now.sessionId, 'follow-up')).toMatchObject({ text: line, madeBy: { who: 'coach', instead: 'Cloud A did not answer (too many requests); Local goes on. The model’s words did not fit: it asked nothing. The built-in coach spoke.' } });
  });

  it('lets the coach ask when the words do not fit, and says so', async () => {
    const { now, spoken, line } = await atFollowUp();
    spoken.attempt().say('I see. Thank you for the answer.').end();
    expect(await said(now.sessionId, 'follow-up')).toMatchObject({ text: line, madeBy: { who: 'coach', instead: 'The model’s words did not fit: it asked nothing. The built-in coach spoke.' } });
  });

  it('stops listening to a model as soon as its words cannot fit any more', async () => {
    const { now, spoken, line } = await atFollowUp();
    spoken.attempt().say('How would you \u0007 find out what the database does with it');
    expect(await said(now.sessionId, 'follow-up')).toMatchObject({ text: line, cut: null });
    expect(spoken.signal.aborted).toBe(true);
  });

  it('lets the coach ask when the call is cancelled by somebody else', async () => {
    const { now, spoken, line } = await atFollowUp();
    spoken.push({ type: 'gave-up', says: 'It was cancelled.', aborted: true, cut: '' });
    expect(await said(now.sessionId, 'follow-up')).toMatchObject({ text: line, madeBy: { who: 'coach' } });
  });
});

describe('a person who does not wait', () => {
  it.each(['skip', 'pause', 'end', 'repeat'] as const)('may %s while the interviewer still speaks', async (command) => {
    const { now, spoken, line } = await atFollowUp();
    spoken.attempt().say('You said that you would look at the monitoring first of all, and th');
    await vi.waitFor(async () => expect(newest(await view(now.sessionId), 'follow-up')?.text).not.toBe(''));
    const after = await running.client[command](at(now));
    const turn = newest(after, 'follow-up');
    expect(turn).toMatchObject({ state: 'said', text: line, cut: expect.stringContaining('monitoring'), madeBy: { who: 'coach' } });
    expect(spoken.signal.aborted).toBe(true);
    if (command === 'repeat') expect(newest(after, 'repeat')?.text).toContain(line);
    spoken.say('and more').end();
    expect(newest(await view(now.sessionId), 'follow-up')).toEqual(turn);
  });

  it('keeps the whole sentences that were shown when they ask something', async () => {
    const { now, spoken, good } = await atFollowUp();
    spoken.attempt().say(`${good} And now I am going to tell you a long`);
    await vi.waitFor(async () => expect(newest(await view(now.sessionId), 'follow-up')?.text).toBe(good));
    const after = await answer(now, 'I cannot say more about that at the moment, I am afraid.');
    expect(newest(after, 'follow-up')).toBeDefined();
    expect(after.turns.find((turn) => turn.text === good)).toMatchObject({ state: 'said', cut: null, madeBy: { who: 'local', model: { provider: 'Test provider', inputTokens: null } } });
  });

  it('is told both, who did not answer and that there were no words yet', async () => {
    const { now, spoken, line } = await atFollowUp();
    spoken.attempt('Cloud A', 'away').fail('Cloud A', 'Local', 'nothing-shown').attempt('Local');
    await vi.waitFor(async () => expect((await call(1)).signal.aborted).toBe(false));
    const after = await running.client.skip(at(now));
    expect(newest(after, 'follow-up')).toMatchObject({ text: line, madeBy: { who: 'coach', instead: 'Cloud A did not answer (too many requests); Local goes on. You went on before the model had spoken, so the coach’s words stand here.' } });
  });

  it('hears a lead-in to its end after a hint', async () => {
    const begun = await start();
    const spoken = (await call(0)).attempt().say('Good morning, and welcome. ');
    const hinted = await running.client.hint(at(begun));
    expect(newest(hinted, 'opening')?.state).toBe('speaking');
    spoken.say('Let us begin.').end();
    expect(await said(begun.sessionId, 'opening')).toMatchObject({ text: 'Good morning, and welcome. Let us begin.' });
  });

  it('leaves nothing behind when the interview is deleted', async () => {
    const { now, spoken } = await atFollowUp();
    const heard = await listen(now.sessionId);
    await running.client.delete({ sessionId: now.sessionId });
    expect(spoken.signal.aborted).toBe(true);
    spoken.say('You said so. ').end();
    await heard.ended;
    expect(running.store.sql.prepare('SELECT count(*) AS n FROM interview_turn').get()).toEqual({ n: 0 });
    expect(running.store.sql.prepare('SELECT count(*) AS n FROM interview_text').get()).toEqual({ n: 0 });
  });
});

describe('what is on disk', () => {
  it('keeps the words as they come, about twice a second', async () => {
    const { now, spoken } = await atFollowUp();
    const shown = 'You said that you would look at the monitoring first of all';
    spoken.attempt().say(shown);
    const stored = (): unknown => running.store.sql.prepare("SELECT text, state FROM interview_turn WHERE interview_id = ? AND kind = 'follow-up'").get(now.sessionId);
    expect(stored()).toEqual({ text: '', state: 'speaking' });
    await vi.waitFor(() => expect(stored()).toEqual({ text: shown, state: 'speaking' }), { timeout: 2000 });
  });

  it('ends a turn with the coach’s words that a crash left unsaid, and shows what had come of it', async () => {
    const { now, spoken, line } = await atFollowUp();
    spoken.attempt().say('You said that you would look at the monitoring first of all');
    await vi.waitFor(() => expect(running.store.sql.prepare("SELECT text FROM interview_turn WHERE state = 'speaking'").get()).toMatchObject({ text: expect.stringContaining('monitoring') }), { timeout: 2000 });
    await running.crash();
    inference.isReady = false;
    running = await open(folder.path, inference);
    const again = await view(now.sessionId);
    expect(newest(again, 'follow-up')).toMatchObject({ state: 'said', text: line, cut: 'You said that you would look at the monitoring first of all', madeBy: { who: 'coach', instead: expect.stringContaining('closed') } });
    expect(again.current?.asked).toBe(line);
    expect((await running.client.overview({ utcOffsetMinutes: 0 })).unfinished?.asked).toBe(line);
  });

  it('ends what is being said when the app is closed', async () => {
    const { now, spoken, line } = await atFollowUp();
    spoken.attempt();
    await running.close();
    expect(spoken.signal.aborted).toBe(true);
    running = await open(folder.path, inference);
    expect(newest(await view(now.sessionId), 'follow-up')).toMatchObject({ state: 'said', text: line });
  });

  it('is searched for a follow-up’s words once they have been said', async () => {
    const { now, spoken, good } = await atFollowUp();
    spoken.attempt().say(`${good.replace('You would', 'With your zeppelin you would')}`).end();
    await said(now.sessionId, 'follow-up');
    expect((await running.client.history({ search: 'zeppelin' })).items.map(({ sessionId }) => sessionId)).toEqual([now.sessionId]);
  });

  it('keeps what was said while the disk is full and writes it when it can', async () => {
    await running.close();
    let free = 10 ** 12;
    running = await open(folder.path, inference, () => free);
    const { now, spoken, good } = await atFollowUp();
    free = 0;
    spoken.attempt().say(good).end();
    await vi.waitFor(async () => expect(newest(await view(now.sessionId), 'follow-up')).toMatchObject({ text: good, state: 'speaking' }));
    free = 10 ** 12;
    expect(await said(now.sessionId, 'follow-up')).toMatchObject({ text: good });
  });
});
