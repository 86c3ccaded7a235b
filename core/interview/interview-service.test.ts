import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, SETUP, startTestEngine, submission } from '../../testing/engine.ts';
import type { SessionView } from '../contract/interview.ts';

type Running = Awaited<ReturnType<typeof startTestEngine>>;
let running: Running;
beforeEach(async () => { running = await startTestEngine(); });
afterEach(async () => { await running.stop(); });

const failure = (code: string) => expect.objectContaining({ code });
const answer = (view: SessionView, text: string) => running.client.interview.answer({ ...at(view), submissionId: submission(), text });
const modelAnswer = (view: SessionView): string => {
  const row = running.engine.store.sql.prepare('SELECT body FROM interview_question WHERE interview_id = ? AND position = ?').get(view.sessionId, view.current?.questionIndex) as { body: string };
  return (JSON.parse(row.body) as { model_answer: string }).model_answer;
};

describe('a practice interview', () => {
  it('asks, gives feedback after each question, closes and reports', async () => {
    let view = await running.client.interview.start({ ...SETUP, questionCount: 2 });
    expect(view.turns.map((turn) => turn.kind)).toEqual(['opening', 'question']);
    for (const number of [0, 1]) {
      running.clock.advance(90_000);
      view = await answer(view, modelAnswer(view));
      expect(view.phase).toBe('feedback');
      expect(view.feedback?.questionIndex).toBe(number);
      expect(view.feedback?.grade.score).toBeGreaterThanOrEqual(0.85);
      view = await running.client.interview.next(at(view));
    }
    expect(view.phase).toBe('closing');
    view = await answer(view, 'No, thank you.');
    expect(view.phase).toBe('ended');
    const report = await running.client.interview.report({ sessionId: view.sessionId });
    expect(report.answered).toBe(2);
    expect(report.activeMs).toBe(180_000);
    expect(report.score).toBeGreaterThanOrEqual(85);
    expect(report.low).toBeLessThanOrEqual(report.score ?? 0);
    expect(report.questions[0]?.parts[0]?.elapsedMs).toBe(90_000);
  });

  it('goes after what is missing, at most twice, and never twice after the same point', async () => {
    let view = await running.client.interview.start({ ...SETUP, kind: 'technical', pressure: 'tough', questionCount: 1 });
    view = await answer(view, 'I would look at the monitoring first and then talk to the team about what they have seen so far in production and decide.');
    expect(view.phase).toBe('follow-up');
    expect(view.current?.followUp).toEqual({ number: 1, of: 2 });
    const first = view.current?.asked;
    view = await answer(view, 'I would need to check that, I am not sure about it at the moment.');
    expect(view.current?.followUp?.number).toBe(2);
    expect(view.current?.asked).not.toBe(first);
    view = await answer(view, 'I do not know that either, sorry.');
    expect(view.phase).toBe('feedback');
    expect(view.feedback?.answers).toHaveLength(3);
  });

  it('asks no follow-up when they are switched off', async () => {
    const view = await running.client.interview.start({ ...SETUP, followUps: false, questionCount: 1 });
    expect((await answer(view, 'It depends on many things, one has to look at each case.')).phase).toBe('feedback');
  });

  it('gives two hints a question and then says that there are no more', async () => {
    let view = await running.client.interview.start({ ...SETUP, questionCount: 1 });
    view = await running.client.interview.hint(at(view));
    const first = view.current?.hint;
    view = await running.client.interview.hint(at(view));
    expect(view.current?.hint).not.toBe(first);
    expect(view.current?.hintsLeft).toBe(0);
    await expect(running.client.interview.hint(at(view))).rejects.toEqual(failure('INTERVIEW_NOT_NOW'));
  });

  it('repeats the question without moving on, and skips to the next', async () => {
    let view = await running.client.interview.start({ ...SETUP, questionCount: 2 });
    view = await running.client.interview.repeat(at(view));
    expect(view.turns.at(-1)).toMatchObject({ kind: 'repeat', by: 'interviewer' });
    view = await running.client.interview.skip(at(view));
    expect(view.current?.questionIndex).toBe(1);
    expect(view.questions[0]?.state).toBe('skipped');
  });

  it('stops the clock while paused and refuses to answer then', async () => {
    let view = await running.client.interview.start({ ...SETUP, questionCount: 1 });
    running.clock.advance(10_000);
    view = await running.client.interview.pause(at(view));
    running.clock.advance(3_600_000);
    await expect(answer(view, 'Now')).rejects.toEqual(failure('INTERVIEW_NOT_NOW'));
    view = await running.client.interview.resume(at(view));
    running.clock.advance(5_000);
    expect((await running.client.interview.session({ sessionId: view.sessionId })).activeMs).toBe(15_000);
  });

  it('counts time as spent while one of two windows is still there', async () => {
    const { sessionId } = await running.client.interview.start({ ...SETUP, questionCount: 1 });
    const windows = await Promise.all([0, 1].map(() => running.client.interview.watch({ sessionId })));
    for (const window of windows) await window.next();
    await windows[0]?.return();
    running.clock.advance(40_000);
    expect((await running.client.interview.session({ sessionId })).activeMs).toBe(40_000);
    await windows[1]?.return();
    running.clock.advance(3_600_000);
    expect((await running.client.interview.session({ sessionId })).activeMs).toBe(40_000);
  });

  it('keeps an unsent draft as a remark when the interview is ended early', async () => {
    let view = await running.client.interview.start(SETUP);
    await running.client.interview.saveDraft({ ...at(view), draft: { shape: 'star', situation: 'We were late', task: '', action: 'I called them', result: '' } });
    view = await running.client.interview.end(at(view));
    expect(view.turns.at(-1)).toMatchObject({ kind: 'remark', text: 'We were late\n\nI called them' });
    const report = await running.client.interview.report({ sessionId: view.sessionId });
    expect(report).toMatchObject({ score: null, answered: 0, endedEarly: true });
    expect(report.reason).toContain('not enough to judge');
  });
});

it('counts a question as answered when the interview ends in the middle of its follow-up', async () => {
  let view = await running.client.interview.start({ ...SETUP, kind: 'technical', pressure: 'tough', questionCount: 2 });
  view = await answer(view, 'I would look at the monitoring first and then talk to the team about what they have seen so far in production and decide.');
  expect(view.phase).toBe('follow-up');
  view = await running.client.interview.end(at(view));
  const report = await running.client.interview.report({ sessionId: view.sessionId });
  expect(report.questions.map((question) => question.state)).toEqual(['answered', 'not-reached']);
  expect(report).toMatchObject({ answered: 1, notReached: 1 });
  expect(report.score).not.toBeNull();
  expect((report.high ?? 0) - (report.low ?? 0)).toBeGreaterThan(0);
});

describe('an exam', () => {
  it('shows no points before the end and counts a skipped question as nothing', async () => {
    let view = await running.client.interview.start({ ...SETUP, mode: 'exam', followUps: false, questionCount: 2 });
    view = await answer(view, modelAnswer(view));
    expect(view.phase).toBe('question');
    expect(view.questions[0]).toMatchObject({ state: 'answered', met: null, total: null });
    view = await running.client.interview.skip(at(view));
    view = await running.client.interview.skip(at(view));
    const report = await running.client.interview.report({ sessionId: view.sessionId });
    expect(report.score).toBeLessThanOrEqual(50);
    expect(report.score).toBeGreaterThan(35);
  });
});

describe('what is sent twice, late or wrong', () => {
  it('takes the same submission once', async () => {
    const view = await running.client.interview.start({ ...SETUP, questionCount: 2 });
    const sent = { ...at(view), submissionId: 'the-same-one', text: 'I would first measure where the time goes before changing anything.' };
    const once = await running.client.interview.answer(sent);
    const again = await running.client.interview.answer(sent);
    expect(again.revision).toBe(once.revision);
    expect(again.turns).toEqual(once.turns);
  });

  it('refuses a command from an outdated page and changes nothing', async () => {
    const old = await running.client.interview.start(SETUP);
    const now = await running.client.interview.skip(at(old));
    await expect(answer(old, 'To a question that is gone')).rejects.toEqual(failure('INTERVIEW_STALE'));
    await expect(running.client.interview.saveDraft({ ...at(old), draft: { shape: 'plain', text: 'old' } })).rejects.toEqual(failure('INTERVIEW_STALE'));
    expect((await running.client.interview.session({ sessionId: old.sessionId })).revision).toBe(now.revision);
  });

  it.each([
    ['an empty answer', ' \n\t', 'ANSWER_EMPTY'],
    ['an answer of 1 MB', 'word '.repeat(200_000), 'ANSWER_TOO_LONG'],
    ['pasted binary', `\u0000\u0001\u0002PNG${'\ufffd'.repeat(50)}`, 'ANSWER_NOT_TEXT'],
  ])('refuses %s and keeps question and draft', async (_, text, code) => {
    const view = await running.client.interview.start(SETUP);
    await running.client.interview.saveDraft({ ...at(view), draft: { shape: 'plain', text } });
    await expect(answer(view, text)).rejects.toEqual(failure(code));
    const after = await running.client.interview.session({ sessionId: view.sessionId });
    expect(after.revision).toBe(view.revision);
    expect(after.draft).toEqual({ shape: 'plain', text });
  });

  it('refuses a posting of 2 MB, a posting that is a file, an unknown pack and an unknown session', async () => {
    await expect(running.client.interview.preview({ ...SETUP, posting: { name: 'p', text: 'a'.repeat(2_000_000) } })).rejects.toEqual(failure('POSTING_TOO_LONG'));
    await expect(running.client.interview.preview({ ...SETUP, posting: { name: 'p', text: '%PDF\u0000\u0001' } })).rejects.toEqual(failure('POSTING_NOT_TEXT'));
    await expect(running.client.interview.start({ ...SETUP, packId: 'astronaut' })).rejects.toEqual(failure('PACK_NOT_FOUND'));
    await expect(running.client.interview.session({ sessionId: 'nobody' })).rejects.toEqual(failure('INTERVIEW_NOT_FOUND'));
    await expect(running.client.interview.report({ sessionId: 'nobody' })).rejects.toEqual(failure('INTERVIEW_NOT_FOUND'));
  });
});

describe('after a restart', () => {
  it('goes on at the same place with the same draft, and time away does not count', async () => {
    const view = await running.client.interview.start(SETUP);
    running.clock.advance(20_000);
    await running.client.interview.saveDraft({ ...at(view), draft: { shape: 'plain', text: 'half an answer' } });
    running.clock.advance(7_200_000);
    const engine = await running.restart();
    const again = await engine.client.interview.session({ sessionId: view.sessionId });
    expect(again).toMatchObject({ phase: 'question', revision: view.revision, draft: { shape: 'plain', text: 'half an answer' }, activeMs: 20_000 });
    expect((await engine.client.interview.overview({ utcOffsetMinutes: 0 })).unfinished).toMatchObject({ sessionId: view.sessionId, draftWords: 3, questionNumber: 1 });
  });
});

describe('across interviews', () => {
  it('does not ask a question again until the pack has no other left', async () => {
    const asked = new Set<string>();
    const setup = { ...SETUP, kind: 'technical' as const, questionCount: 4 };
    const pool = (await running.client.interview.preview({ ...setup, questionCount: 400 })).questions.length;
    for (let round = 0; round < Math.floor(pool / 4); round++) {
      running.clock.advance(86_400_000);
      let view = await running.client.interview.start(setup);
      while (view.phase !== 'closing') {
        expect(asked.has(view.current?.questionId ?? '')).toBe(false);
        asked.add(view.current?.questionId ?? '');
        view = await running.client.interview.skip(at(view));
      }
      await running.client.interview.end(at(view));
    }
    expect(asked.size).toBe(pool - (pool % 4));
    const preview = await running.client.interview.preview({ ...setup, questionCount: 400 });
    expect(preview.questions.slice(0, pool % 4).every((question) => !question.repeat)).toBe(true);
    expect(preview.questions.slice(pool % 4).every((question) => question.repeat)).toBe(true);
  });

  it('asks what it previewed', async () => {
    const plan = await running.client.interview.preview(SETUP);
    const view = await running.client.interview.start(SETUP);
    expect(view.questions.map((question) => question.questionId)).toEqual(plan.questions.map((question) => question.questionId));
  });

  it('counts a day with any answer for the streak, in the days of the person’s own clock', async () => {
    for (const day of [0, 1, 2]) {
      const view = await running.client.interview.start({ ...SETUP, questionCount: 1 });
      if (day !== 1) await answer(view, 'A quick answer, given in a moment, counts as well as a long one.');
      running.clock.advance(86_400_000);
    }
    const { streak } = await running.client.interview.overview({ utcOffsetMinutes: 0 });
    expect(streak).toMatchObject({ days: 1, best: 1 });
    running.clock.advance(14 * 3_600_000); // 23:00 UTC: tomorrow already, two hours east
    expect((await running.client.interview.overview({ utcOffsetMinutes: 0 })).streak.days).toBe(1);
    expect((await running.client.interview.overview({ utcOffsetMinutes: 120 })).streak.days).toBe(0);
  });

  it('finds an interview by the words of an answer, and forgets them when it is deleted', async () => {
    let view = await running.client.interview.start({ ...SETUP, questionCount: 1 });
    view = await answer(view, 'We used a zeppelin to carry the servers over the river, which cut the outage by 30 minutes.');
    const found = await running.client.interview.history({ search: 'zeppel' });
    expect(found.items.map((item) => item.sessionId)).toEqual([view.sessionId]);
    expect(found.items[0]?.excerpt).toContain('zeppelin');
    await running.client.interview.delete({ sessionId: view.sessionId });
    expect((await running.client.interview.history({ search: 'zeppelin' })).total).toBe(0);
    expect(running.engine.store.sql.prepare('SELECT count(*) AS n FROM interview_text').get()).toEqual({ n: 0 });
  });

  it('compares with the earlier interview of the same pack only when both were graded alike', async () => {
    const hold = async (text: (view: SessionView) => string): Promise<string> => {
      running.clock.advance(86_400_000);
      let view = await running.client.interview.start({ ...SETUP, followUps: false, questionCount: 2 });
      while (view.phase !== 'closing') view = view.phase === 'feedback' ? await running.client.interview.next(at(view)) : await answer(view, text(view));
      return (await running.client.interview.end(at(view))).sessionId;
    };
    const first = await hold(() => 'I would think about it for a while and then I would ask somebody in the team who knows more about it than me.');
    const second = await hold(modelAnswer);
    expect((await running.client.interview.report({ sessionId: second })).earlier).toMatchObject({ sessionId: first, verdict: 'better' });
    running.engine.store.sql.prepare("UPDATE interview SET grader = 'coach/other' WHERE id = ?").run(first);
    expect((await running.client.interview.report({ sessionId: second })).earlier).toBeNull();
  });
});
