import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { testCoach } from '../../testing/coach.ts';
import { temporaryFolder } from '../../testing/engine.ts';
import { ScriptedInference } from '../../testing/scripted-inference.ts';
import { openSpokenInterview, stepsIn, THIN, type SpokenInterview } from '../../testing/spoken-interview.ts';
import { openInterview } from './interview-conversation.ts';
import { InterviewRepository } from './interview-repository.ts';

const coach = testCoach();
const cache = temporaryFolder();
afterAll(() => cache.dispose());
let folder: ReturnType<typeof temporaryFolder>;
let running: SpokenInterview;
beforeEach(async () => { folder = temporaryFolder(); running = await openSpokenInterview({ dataDir: folder.path, inference: new ScriptedInference(), coach, cacheDir: cache.path }); });
afterEach(async () => { await running.close(); folder.dispose(); });
const { answer, atFollowUp, said, view } = stepsIn(() => running);
const open = (sessionId: string) => openInterview({ repository: new InterviewRepository(running.store), prompts: running.prompts })(sessionId);

it('tells the turns of an interview without the one that is still being worded, titles and earned points beside them', async () => {
  const { now, spoken, good, seq } = await atFollowUp();
  spoken.attempt().say(good.slice(0, -10));
  await new Promise((resume) => setTimeout(resume, 700)); // words so far are kept on disk
  const half = await open(now.sessionId);
  expect(half?.turnsAfter(-1).map(({ role }) => role)).toEqual(['assistant', 'user']);
  expect(half?.turnsAfter(-1).at(-1)?.text).toBe(`<answer>\n${THIN}\n</answer>`);
  expect((await half?.spoken(0, 100))?.map((turn) => [turn.role, turn.title])).toEqual([['assistant', now.questions[0]?.title], ['user', undefined]]);
  spoken.say(good.slice(-10)).end();
  await said(now.sessionId, 'follow-up');
  expect((await open(now.sessionId))?.turnsAfter(-1).at(-1)).toMatchObject({ role: 'assistant', seq, text: good });
  expect((await open(now.sessionId))?.turnsAfter(seq)).toEqual([]);
});

it('has nothing to tell of one that is over or gone', async () => {
  const { now, spoken } = await atFollowUp();
  spoken.giveUp();
  await said(now.sessionId, 'follow-up');
  const { revision } = await answer(await view(now.sessionId));
  await running.client.end({ sessionId: now.sessionId, revision });
  expect(await open(now.sessionId)).toBeUndefined();
  expect(await open('nobody')).toBeUndefined();
});
