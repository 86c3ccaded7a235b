import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import type { TestEngineClient } from '../core/contract/index.ts';
import type { SessionView } from '../core/contract/interview.ts';
import { startFaultServer, type FaultServer } from '../testing/fault-server/fault-server.ts';
import { expect, openApp, test } from './fixtures.ts';
import { settled } from '../testing/settled.ts';

test.describe.configure({ timeout: 120_000 });

const FOLLOW_UP = 'interview/follow-up';
const goTo = async (page: Page, path: string): Promise<void> => {
  await page.evaluate((hash) => { location.hash = hash; }, path);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
};
const openPrompt = (page: Page): Promise<void> => goTo(page, `/settings/prompts/${FOLLOW_UP}`);
const versions = (page: Page): Locator => page.getByRole('table', { name: 'Versions' });
const messages = (page: Page): Locator => page.getByRole('list', { name: 'Messages' });
const show = async (page: Page, version: string): Promise<void> => {
  await page.getByRole('radio', { name: `Show version ${version}` }).check();
  await expect(page.getByRole('heading', { level: 2, name: `Version ${version}` })).toBeVisible();
};
const label = async (page: Page, version: string, item: RegExp): Promise<void> => {
  await page.getByRole('button', { name: `Label of version ${version}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
};

test('prompts are found by keyboard, and rendered with what is typed', async ({ page }) => {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder(/Find a screen/).fill('prompts');
  await expect(page.getByRole('option', { name: /Prompts/ })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Prompts' })).toBeVisible();
  await page.getByRole('link', { name: 'follow-up' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: FOLLOW_UP })).toBeFocused();
  await show(page, '1');
  await page.getByLabel('intent').fill('What did the xylophone cost?');
  await expect(messages(page)).toContainText('What you want to know now: What did the xylophone cost?');
  await expect(page.getByText(/^\d+ tokens$/).first()).toBeVisible();
  await page.getByLabel('intent').fill('word '.repeat(9_000));
  await expect(page.getByRole('alert')).toContainText('cannot be rendered');
  await page.getByLabel('intent').fill('Why?');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.getByRole('tab', { name: 'Compare' }).click();
  await expect(page.getByRole('region', { name: 'The file' })).toContainText(/line.? changed|added/);
});

test('labels are moved and taken back, and what goes live is asked first', async ({ page, app }) => {
  const client = await app.connect();
  await openPrompt(page);
  await show(page, '2');
  await label(page, '2', /a new label/i);
  await page.getByLabel('Label', { exact: true }).fill('Not so');
  await expect(page.getByText('Only small letters')).toBeVisible();
  await page.getByLabel('Label', { exact: true }).fill('for-juniors');
  await page.getByRole('button', { name: 'Give it this label' }).click();
  await expect(versions(page)).toContainText('for-juniors');
  await label(page, '2', /Make it production/);
  await expect(page.getByRole('dialog')).toContainText('New interviews will use version 2 instead of version 1. Interviews that have begun keep their version.');
  await page.getByRole('button', { name: 'Use version 2' }).click();
  await expect(page.getByLabel('About this prompt')).toContainText('version 2');
  expect((await client.prompts.list()).prompts.find(({ id }) => id === FOLLOW_UP)?.inUse).toBe('2');
});

test('a version of one’s own is in use as it is saved; broken, mended and removed are shown at once and cost nothing', async ({ page, app }) => {
  const client = await app.connect();
  await openPrompt(page);
  await show(page, '1');
  await page.getByRole('button', { name: 'New version, begun with the words of version 1' }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'Version 3' })).toBeVisible();
  const file = join(app.dataDir, 'prompts', `${FOLLOW_UP}.v3.prompt`);
  const begun = readFileSync(file, 'utf8');
  const mine = begun.replace('{{intent}}', 'ZEBRA {{intent}}');
  writeFileSync(file, mine);
  await expect(messages(page)).toContainText('ZEBRA', { timeout: 1_500 });

  const problems = page.getByRole('list', { name: 'Files that could not be read' });
  writeFileSync(file, mine.replace('{{intent}}', '{{intnt}}'));
  await expect(problems).toContainText('{{intnt}} is not in the input schema');
  const line = mine.split('\n').findIndex((one) => one.includes('{{intent}}')) + 1;
  await expect(problems).toContainText(`follow-up.v3.prompt, line ${line}`);
  await expect(versions(page)).toContainText('broken');
  await expect(messages(page)).toContainText('ZEBRA');
  await label(page, '3', /Make it production/);
  await page.getByRole('button', { name: 'Use version 3' }).click();
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('was not moved');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();

  writeFileSync(file, mine);
  await expect(problems).toHaveCount(0);
  await label(page, '3', /Make it production/);
  await page.getByRole('button', { name: 'Use version 3' }).click();
  await expect(page.getByLabel('About this prompt')).toContainText('version 3');
  rmSync(file);
  await expect(versions(page)).toContainText('gone');
  expect((await client.prompts.render({ id: FOLLOW_UP, version: '3', input: { intent: 'Why?' } })).messages[0]?.text).toContain('ZEBRA Why?');
});

test('an experiment is started and stopped without a mouse, and what is open stays open when the window is loaded again', async ({ page, app }) => {
  const client = await app.connect();
  await openPrompt(page);
  await page.getByRole('tab', { name: 'Rendered' }).focus();
  for (const name of ['Words', 'Compare', 'Experiments']) {
    await page.keyboard.press('ArrowRight');
    await expect(page.getByRole('tab', { name })).toBeFocused();
  }
  await expect(page.getByRole('tab', { name: 'Experiments' })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Tab'); // the panel
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Start an experiment' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('What do you want to find out?')).toBeFocused();
  await page.keyboard.type('Does version 2 read better?');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('checkbox', { name: 'Version 1' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.type('70');
  await expect(page.getByRole('dialog')).toContainText('Together 120 %: 20 % too many');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type('30');
  await page.getByRole('dialog').getByRole('button', { name: 'Start', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Experiments' })).toBeFocused();
  expect((await client.prompts.list()).experiments.map(({ state, arms }) => ({ state, weights: arms.map(({ weight }) => weight) }))).toEqual([{ state: 'running', weights: [0.7, 0.3] }]);
  await page.reload();
  const stop = page.getByRole('button', { name: 'Stop the experiment “Does version 2 read better?”' });
  await stop.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').or(page.getByRole('alertdialog')).getByRole('button', { name: 'Stop the experiment' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Experiments' })).toBeFocused();
  await expect(page.getByRole('heading', { name: '1 earlier experiment' })).toBeVisible();
});

test('what one window changes is shown in the other one', async ({ page, context, app }) => {
  const other = await context.newPage();
  await openApp(other, app);
  await openPrompt(page);
  await openPrompt(other);
  await show(page, '2');
  await label(page, '2', /Make it production/);
  await page.getByRole('button', { name: 'Use version 2' }).click();
  await expect(other.getByLabel('About this prompt')).toContainText('version 2');
  await other.getByRole('button', { name: /^New version/ }).click();
  await expect(versions(page).getByRole('radio', { name: 'Show version 3' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 2, name: 'Version 2' })).toBeVisible();
});

test('a labels.json of one’s own that cannot be read is named with its line and changes nothing; moving a label keeps its text beside it', async ({ page, app }) => {
  const client = await app.connect();
  const inUse = async (): Promise<string | undefined> => (await client.prompts.list()).prompts.find(({ id }) => id === FOLLOW_UP)?.inUse;
  const file = join(app.dataDir, 'prompts', 'labels.json');
  const mine = (version: string): string => `{\n  "version": 1,\n  "labels": {\n    "${FOLLOW_UP}": { "production": "${version}" }\n  }\n}\n`;
  const problems = page.getByRole('list', { name: 'Files that could not be read' });
  await goTo(page, '/settings/prompts');
  mkdirSync(join(app.dataDir, 'prompts'), { recursive: true });
  writeFileSync(file, mine('2'));
  await expect.poll(inUse).toBe('2');
  const broken = mine('1').replace(': 1,', ': 1');
  writeFileSync(file, broken);
  await expect(problems).toContainText('own prompts/labels.json, line 3');
  await expect(problems).toContainText('What it said before stays in use.');
  expect(await inUse()).toBe('2');
  await openPrompt(page);
  await show(page, '1');
  await label(page, '1', /Make it candidate/);
  await expect(versions(page).getByRole('row', { name: /^Version 1,/ })).toContainText('candidate');
  await expect(problems).toHaveCount(0);
  const beside = readdirSync(join(app.dataDir, 'prompts')).filter((name) => name.startsWith('labels') && name !== 'labels.json');
  expect(beside.map((name) => readFileSync(join(app.dataDir, 'prompts', name), 'utf8'))).toEqual([broken]);
  expect(await inUse()).toBe('2');
  writeFileSync(file, mine('9'));
  await goTo(page, '/settings/prompts');
  await expect(problems).toContainText('there is no version 9');
  writeFileSync(file, mine('1'));
  await expect(problems).toHaveCount(0);
  await expect.poll(inUse).toBe('1');
});

test.describe('with a model that answers', () => {
  const SAYS = 'You said that you would look at the monitoring first. Which reading there would have told you that the plan of one query had changed?';
  let server: FaultServer;
  test.beforeEach(async () => { server = await startFaultServer({ say: SAYS }); });
  test.afterEach(async () => { await server.close(); });

  /** An interview up to its first follow-up, worded by the model. */
  async function followedUp(client: TestEngineClient): Promise<SessionView> {
    const { setup } = await client.interview.setupDefaults();
    const view = await settled(client, await client.interview.start({ ...setup, kind: 'technical', pressure: 'tough', followUps: true, questionCount: 1 }));
    return settled(client, await client.interview.answer({ sessionId: view.sessionId, revision: view.revision, submissionId: `answer-${view.sessionId}`, text: 'I would look at the monitoring first, and at how long each step of the job took before and after.' }));
  }

  test('an experiment gives new interviews a version, counts what comes of it, and ends; the words of a turn can be looked up', async ({ page, app }) => {
    const client = await app.connect();
    await client.models.addProvider({ presetId: 'other', name: 'Company server', baseUrl: server.openaiUrl, model: 'interviewer' });
    const before = await followedUp(client);
    await openPrompt(page);
    await page.getByRole('tab', { name: 'Experiments' }).click();
    await page.getByRole('button', { name: 'Start an experiment' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('What do you want to find out?').fill('Does version 2 read better?');
    await dialog.getByRole('button', { name: 'Start', exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByText('Nothing has been counted yet')).toBeVisible();

    const hashes = new Set<string>();
    // Which version an interview gets is drawn: eight alone are all of one in one run of 128.
    for (let number = 0; number < 8 || (hashes.size < 2 && number < 40); number++) {
      const view = await followedUp(client);
      const turn = view.turns.find(({ kind }) => kind === 'follow-up');
      expect(turn?.madeBy?.prompts?.[0]?.id).toBe(FOLLOW_UP);
      hashes.add(turn?.madeBy?.prompts?.[0]?.hash ?? '');
    }
    expect(hashes.size).toBe(2);
    await page.reload();
    await page.getByRole('tab', { name: 'Experiments' }).click();
    const arms = page.getByRole('list', { name: 'Versions that take part' });
    await expect(arms).toContainText(/\d interviews?, \d uses?/);
    await expect(page.getByText(/too little yet for an interval|no difference can be seen yet/).first()).toBeVisible();
    await expect(page.getByText(/winner/i)).toHaveCount(0);
    // Who had begun before keeps the version, and is not counted.
    expect((await client.interview.session({ sessionId: before.sessionId })).turns.find(({ kind }) => kind === 'follow-up')?.madeBy?.version).toBe('1');
    await page.getByRole('button', { name: /^Stop the experiment/ }).click();
    await page.getByRole('dialog').or(page.getByRole('alertdialog')).getByRole('button', { name: 'Stop the experiment' }).click();
    await expect(page.getByText('Experiment stopped')).toBeVisible();
    expect((await client.prompts.list()).experiments.map(({ state }) => state)).toEqual(['ended']);
  });

  test('the words of a follow-up can be looked up and rated, in the interview and in its report', async ({ page, app }) => {
    const client = await app.connect();
    await client.models.addProvider({ presetId: 'other', name: 'Company server', baseUrl: server.openaiUrl, model: 'interviewer' });
    const view = await followedUp(client);
    const { sessionId } = view;
    await goTo(page, `/interview/${sessionId}`);
    await page.getByRole('button', { name: /follow-up 1/ }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('Ask one follow-up question. What you want to know now: {{intent}}');
    await expect(dialog).toContainText('Version 1 still reads like this.');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'This was useful' }).last().click();
    await expect.poll(async () => (await client.interview.session({ sessionId })).turns.find(({ kind }) => kind === 'follow-up')?.rating).toBe('up');

    const answered = await client.interview.answer({ sessionId, revision: view.revision, submissionId: 'second-answer', text: 'The reading of rows per second of that one query, because it fell on Tuesday while the others stayed as they were.' });
    await client.interview.end({ sessionId, revision: answered.revision });
    await goTo(page, `/interview/${sessionId}/report`);
    const worded = page.getByRole('link', { name: /follow-up 1/ });
    const up = page.getByRole('main').getByRole('button', { name: 'This was useful' }).first();
    await expect(up).toHaveAttribute('aria-pressed', 'true');
    await up.click();
    await expect.poll(async () => (await client.interview.report({ sessionId })).questions[0]?.parts[1]?.askedIn?.rating).toBe(null);
    await worded.click();
    await expect(page.getByRole('heading', { level: 1, name: 'Words that were used' })).toBeVisible();
    await expect(page.getByText('interview/follow-up, version 1')).toBeVisible();
    await page.getByRole('link', { name: 'Back to the report' }).click();
    await expect(page).toHaveURL(/\/report$/);
  });
});
