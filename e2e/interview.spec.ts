import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { SessionView } from '../core/contract/interview.ts';
import { startFaultServer, type FaultServer } from '../testing/fault-server/fault-server.ts';
import { startLoopbackApp, type LoopbackApp } from '../testing/loopback-app.ts';
import { shippedQuestions } from '../testing/model-answers.ts';
import { expect, openApp, test } from './fixtures.ts';

const QUESTIONS = shippedQuestions();
const STORY = 'Last spring I was responsible for our import service when it fell behind. I measured first and found one query without an index, so I added it on a copy, compared, and p95 went from 1800 to 240 milliseconds. What I learned is to bring a number before an opinion.';

const heading = (page: Page) => page.getByRole('heading', { level: 1 });
const goTo = async (page: Page, path: string): Promise<void> => {
  await page.evaluate((hash) => { location.hash = hash; }, path);
  await heading(page).waitFor();
};
const editor = (page: Page) => page.getByRole('form', { name: 'Your answer' }).getByRole('textbox').first();

test('a whole interview by keyboard alone, from Home to the report', async ({ page }) => {
  await expect(heading(page)).toBeVisible();
  await page.keyboard.press('Control+2');
  await expect(heading(page)).toHaveText('New interview');
  await expect(page.getByRole('list', { name: 'Planned questions' }).getByRole('listitem').first()).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(editor(page)).toBeFocused();
  for (let answers = 0; ; answers++) {
    expect(answers).toBeLessThan(30);
    await expect(editor(page)).toBeFocused();
    if (await page.getByText(/^Closing/).first().isVisible()) break;
    await page.keyboard.insertText(STORY);
    await page.keyboard.press('Control+Enter');
    const next = page.getByRole('button', { name: /Next question|On to the closing/ });
    // Either the feedback has come, or the next words to answer with an empty editor.
    await page.waitForFunction(() => {
      const field = document.querySelector<HTMLTextAreaElement>('form[aria-label="Your answer"] textarea');
      return field === null || field.value === '';
    });
    await expect(next.or(editor(page)).first()).toBeVisible();
    if (await next.isVisible()) await page.keyboard.press('Control+Enter');
  }
  await page.keyboard.insertText('No, thank you.');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('How it went')).toBeVisible();
  await expect(page.getByRole('img', { name: /Score \d+ of 100, likely between \d+ and \d+/ })).toBeVisible();
  await expect(page).toHaveURL(/report$/);
});

test('typed words are on disk within a second, and the page finds them again after a reload', async ({ page, app }) => {
  const client = await app.connect();
  const view = await client.interview.start({ packId: 'backend-engineer', level: 'mid', kind: 'technical', minutes: 20, mode: 'practice', pressure: 'neutral', followUps: true, hints: true, clock: true });
  await goTo(page, `/interview/${view.sessionId}`);
  await editor(page).pressSequentially('I would look at the plan', { delay: 20 });
  await expect.poll(async () => (await client.interview.session({ sessionId: view.sessionId })).draft, { timeout: 1000, intervals: [50] }).toMatchObject({ text: 'I would look at the plan' });
  await page.reload();
  await expect(editor(page)).toHaveValue('I would look at the plan');
});

test('someone who never stops typing has a draft at most a second old', async ({ page, app }) => {
  const client = await app.connect();
  const view = await client.interview.start({ packId: 'backend-engineer', level: 'mid', kind: 'technical', minutes: 20, mode: 'practice', pressure: 'neutral', followUps: true, hints: true, clock: true });
  await goTo(page, `/interview/${view.sessionId}`);
  await editor(page).focus();
  let typed = '';
  const began = Date.now();
  const lengthAt: [number, number][] = [];
  while (Date.now() - began < 3500) {
    typed += 'x';
    await page.keyboard.insertText('x');
    lengthAt.push([Date.now(), typed.length]);
    if (Date.now() - began > 1500) {
      const { draft } = await client.interview.session({ sessionId: view.sessionId });
      const saved = draft?.shape === 'plain' ? draft.text.length : 0;
      const secondAgo = lengthAt.findLast(([at]) => at <= Date.now() - 1250)?.[1] ?? 0;
      expect(saved).toBeGreaterThanOrEqual(secondAgo);
    }
    await page.waitForTimeout(60);
  }
});

test('a full disk: a clear error, the text still in the editor, and the same answer goes through afterwards', async ({ page, app }) => {
  const client = await app.connect();
  const view = await client.interview.start({ packId: 'backend-engineer', level: 'mid', kind: 'technical', minutes: 20, mode: 'practice', pressure: 'neutral', followUps: false, hints: true, clock: true });
  await goTo(page, `/interview/${view.sessionId}`);
  const text = `${STORY} `.repeat(12).trim();
  await client.testMode.setFault({ kind: 'disk-full' });
  await editor(page).fill(text);
  await page.getByRole('button', { name: /^Answer/ }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'The disk is full' }).first()).toBeVisible();
  await expect(editor(page)).toHaveValue(text);
  await client.testMode.setFault({ kind: 'none' });
  await page.getByRole('button', { name: 'Try again' }).first().click();
  await expect(page.getByText('Feedback on question 1')).toBeVisible();
  expect((await client.interview.session({ sessionId: view.sessionId })).turns.filter((turn) => turn.kind === 'answer')).toHaveLength(1);
});

test('empty, binary and far too long answers are refused in words and stay in the editor', async ({ page, app }) => {
  const client = await app.connect();
  const view = await client.interview.start({ packId: 'backend-engineer', level: 'mid', kind: 'technical', minutes: 20, mode: 'practice', pressure: 'neutral', followUps: true, hints: true, clock: true });
  await goTo(page, `/interview/${view.sessionId}`);
  for (const [text, message] of [['', /answer is empty/i], [`PNG${'\u0001'.repeat(40)}`, /not text/], ['word '.repeat(200_000), /characters/]] as const) {
    await editor(page).evaluate((field: HTMLTextAreaElement, value) => {
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set?.call(field, value);
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }, text);
    await editor(page).press('Control+Enter');
    await expect(page.getByText(message).first()).toBeVisible();
    expect((await editor(page).inputValue()).length).toBe(text.length);
  }
  expect((await client.interview.session({ sessionId: view.sessionId })).turns.every((turn) => turn.kind !== 'answer')).toBe(true);
});

test('a tab left behind keeps its text and is shown where the interview is now', async ({ page, app }) => {
  const client = await app.connect();
  const view = await client.interview.start({ packId: 'backend-engineer', level: 'mid', kind: 'technical', minutes: 20, mode: 'exam', pressure: 'neutral', followUps: false, hints: true, clock: true });
  await goTo(page, `/interview/${view.sessionId}`);
  await editor(page).fill('Words for the first question');
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await client.interview.skip({ sessionId: view.sessionId, revision: view.revision });
  await expect(page.getByText('Question 2 of', { exact: false }).first()).toBeVisible();
  await expect(page.getByText('Words for the first question').first()).toBeVisible();
});

test('after the engine is killed and started again, the page goes on with its draft', async ({ browser }) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'role-accel-killed-'));
  const first = await startLoopbackApp({ dataDir });
  const port = Number(new URL(first.origin).port);
  const client = await first.connect();
  const view = await client.interview.start({ packId: 'backend-engineer', level: 'mid', kind: 'technical', minutes: 20, mode: 'practice', pressure: 'neutral', followUps: true, hints: true, clock: true });
  const page = await browser.newPage();
  await openApp(page, first);
  await goTo(page, `/interview/${view.sessionId}`);
  await editor(page).fill('Written before the engine died');
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await first.kill();
  await expect(page.getByText(/Reconnecting|connection/i).first()).toBeVisible();
  await editor(page).fill('Written before the engine died, and this while it was away');
  const second = await startLoopbackApp({ dataDir, port });
  try {
    const other = await browser.newPage();
    await openApp(other, second);
    await goTo(other, `/interview/${view.sessionId}`);
    await expect(editor(other)).toHaveValue(/^Written before the engine died/);
    await expect(editor(page)).toHaveValue('Written before the engine died, and this while it was away');
  } finally {
    await page.close();
    await second.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test('a posting is pasted, its skills are shown, and every planned question says why', async ({ page }) => {
  await goTo(page, '/interview');
  await page.getByRole('button', { name: 'Paste it' }).click();
  await page.getByRole('textbox', { name: 'Job description' }).fill('Backend engineer. Three years of Postgres, a must. API design and caching.');
  await page.getByRole('button', { name: 'Use it' }).click();
  await expect(page.getByText(/Names \d+ skills? the packs know/)).toBeVisible();
  await expect(page.getByRole('list', { name: 'Planned questions' }).getByText(/The posting names .*postgresql/).first()).toBeVisible();
});

test('a posting of 2 MB and one that is a binary file are refused and the set-up stays', async ({ page }) => {
  await goTo(page, '/interview');
  for (const [buffer, message] of [[Buffer.alloc(2_000_000, 'a '), /characters|far more than a job description/], [Buffer.from([0x25, 0x50, 0x44, 0x46, 0, 1, 2, 3, 0, 0]), /not plain text/i]] as const) {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose a file' }).click();
    await (await chooser).setFiles({ name: 'posting.txt', mimeType: 'text/plain', buffer });
    await expect(page.getByText(message).first()).toBeVisible();
    await expect(page.getByRole('button', { name: /^Start interview/ })).toBeEnabled();
  }
});

test('the report exports as Markdown, JSON and PDF, and a question can be retried', async ({ page, app }) => {
  const client = await app.connect();
  let view = await client.interview.start({ packId: 'backend-engineer', level: 'mid', kind: 'technical', minutes: 20, questionCount: 1, mode: 'exam', pressure: 'neutral', followUps: false, hints: true, clock: true });
  const model = QUESTIONS.get(view.current?.questionId ?? '')?.model_answer ?? '';
  view = await client.interview.answer({ sessionId: view.sessionId, revision: view.revision, submissionId: 'export-answer', text: model });
  view = await client.interview.end({ sessionId: view.sessionId, revision: view.revision });
  await goTo(page, `/interview/${view.sessionId}/report`);
  for (const [format, start] of [['Markdown', '# Backend engineer'], ['JSON', '{'], ['PDF', '%PDF']] as const) {
    await page.getByRole('button', { name: 'Export' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: format }).click();
    expect(readFileSync(await (await download).path()).toString('latin1').startsWith(start)).toBe(true);
  }
  await page.getByRole('button', { name: 'Retry question 1' }).click();
  await expect(page.getByRole('form', { name: 'Your answer' })).toBeVisible();
  const { items } = await client.interview.history({ state: 'unfinished' });
  expect((await client.interview.session({ sessionId: items[0]?.sessionId ?? '' })).current?.questionId).toBe(view.questions[0]?.questionId);
});

test.describe('with models', () => {
  const GREETING = 'Good morning, and thank you for coming in. We have a little time for this today. Let us begin.';
  const FOLLOW_UP = 'You said that you would look at the monitoring first. What would you look for there, and how would you know that you had found it?';
  const THIN = 'I would look at the monitoring first and then talk to the team about what they have seen so far in production and decide.';
  const LANE = { about: 'Test', order: ['cloud-a', 'cloud-b'], priority: 'interactive', concurrency: 4, contextTokens: 8192, maxOutputTokens: 120, firstTokenTimeoutMs: 1500, idleTimeoutMs: 1500, timeoutMs: 20_000, cache: false, tokenLimit: null, costLimitMicroUsd: null };

  /** The app with two providers on loopback, both of which say the same. */
  async function withModels(page: Page, paceMs: number, use: (app: LoopbackApp, cloudA: FaultServer, view: SessionView) => Promise<void>): Promise<void> {
    const say = ({ asked }: { asked: { messages: { text: string }[] } | undefined }): string => (asked?.messages.slice(-3).some(({ text }) => text.includes('one follow-up')) ? FOLLOW_UP : GREETING);
    const [cloudA, cloudB] = [await startFaultServer({ say, paceMs }), await startFaultServer({ say, paceMs })];
    const dataDir = mkdtempSync(join(tmpdir(), 'role-accel-speech-'));
    mkdirSync(join(dataDir, 'models-config'));
    writeFileSync(join(dataDir, 'models-config/providers.json'), JSON.stringify({ version: 1, providers: [
      { id: 'cloud-a', kind: 'openai', name: 'Cloud A', baseUrl: cloudA.openaiUrl, model: 'model-a', keyEnv: 'SPEECH_TEST_KEY' },
      { id: 'cloud-b', kind: 'anthropic', name: 'Cloud B', baseUrl: cloudB.anthropicUrl, model: 'model-b', keyEnv: 'SPEECH_TEST_KEY' },
    ] }));
    writeFileSync(join(dataDir, 'models-config/lanes.json'), JSON.stringify({ version: 1, lanes: { 'interactive-deep': LANE } }));
    const app = await startLoopbackApp({ dataDir, testMode: true, env: { SPEECH_TEST_KEY: 'a-key-for-tests' } });
    try {
      const client = await app.connect();
      await openApp(page, app);
      const view = await client.interview.start({ packId: 'backend-engineer', level: 'mid', kind: 'technical', minutes: 20, questionCount: 1, mode: 'practice', pressure: 'tough', followUps: true, hints: true, clock: true });
      await use(app, cloudA, view);
    } finally {
      await app.stop();
      await Promise.all([cloudA.close(), cloudB.close()]);
      rmSync(dataDir, { recursive: true, force: true });
    }
  }

  const asked = (page: Page) => page.getByRole('article', { name: 'Asked now' });

  test('the interviewer’s words stream in while one may already write, and the chip says who spoke', async ({ page }) => {
    await withModels(page, 60, async (_app, _cloud, view) => {
      await goTo(page, `/interview/${view.sessionId}`);
      await expect(asked(page).getByText(GREETING)).toBeVisible();
      await editor(page).fill(THIN);
      await page.keyboard.press('Control+Enter');
      const words = asked(page).getByRole('heading', { level: 2 });
      await expect(words).toHaveAttribute('aria-busy', 'true');
      await expect(words).toContainText('You said that you would look at the monitoring');
      expect(FOLLOW_UP.startsWith((await words.innerText()).trim())).toBe(true);
      const before = await words.boundingBox();
      await expect(editor(page)).toBeFocused();
      await page.keyboard.insertText('I can write already');
      await expect(words).toHaveText(FOLLOW_UP);
      await expect(words).not.toHaveAttribute('aria-busy', 'true');
      await expect(editor(page)).toHaveValue('I can write already');
      expect((await words.boundingBox())?.y).toBe(before?.y);
      await expect(asked(page).getByText(/Local model\s*· follow-up 1\s*· model-a\s*· \d+ tokens/)).toBeVisible();
      await expect(page.getByRole('status').filter({ hasText: FOLLOW_UP })).toHaveCount(1);
      await page.reload();
      await expect(words).toHaveText(FOLLOW_UP);
    });
  });

  test('when a provider breaks off in the middle the next goes on, and a note says so', async ({ page }) => {
    await withModels(page, 20, async (_app, cloudA, view) => {
      await goTo(page, `/interview/${view.sessionId}`);
      await expect(asked(page).getByText(GREETING)).toBeVisible();
      await cloudA.setFault('cut-mid-stream');
      await editor(page).fill(THIN);
      await page.keyboard.press('Control+Enter');
      await expect(asked(page).getByText(/Cloud A stopped in the middle \(.+\); Cloud B goes on\./)).toBeVisible();
      await expect(asked(page).getByText(/Local model\s*· follow-up 1\s*· model-b/)).toBeVisible();
      await expect(asked(page).getByRole('heading', { level: 2 })).toContainText('?');
    });
  });

  test('who answers before the interviewer has finished loses nothing, and the interview goes on', async ({ page }) => {
    await withModels(page, 150, async (app, _cloud, view) => {
      const client = await app.connect();
      await goTo(page, `/interview/${view.sessionId}`);
      await editor(page).fill(THIN);
      await page.keyboard.press('Control+Enter');
      const words = asked(page).getByRole('heading', { level: 2 });
      await expect(words).toHaveAttribute('aria-busy', 'true');
      await editor(page).fill('I would look for what changed last, to be honest.');
      await page.keyboard.press('Control+Enter');
      await expect.poll(async () => (await client.interview.session({ sessionId: view.sessionId })).turns.filter(({ kind }) => kind === 'answer').map(({ text }) => text)).toEqual([THIN, 'I would look for what changed last, to be honest.']);
      const { turns } = await client.interview.session({ sessionId: view.sessionId });
      const [first, last] = [turns.findIndex(({ kind }) => kind === 'answer'), turns.findLastIndex(({ kind }) => kind === 'answer')];
      expect(turns.slice(first, last).find(({ kind }) => kind === 'follow-up')).toMatchObject({ state: 'said', text: expect.stringContaining('?') });
    });
  });
});
