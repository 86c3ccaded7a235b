import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import type { TestEngineClient } from '../core/contract/index.ts';
import { expect, openApp, test } from './fixtures.ts';

test.describe.configure({ timeout: 90_000 });

const STORY = 'In March I led the move of our billing to Postgres. I wrote a canary stage that compares queue depth before a rollout goes on, and the error rate fell from 3 percent to 0.2 percent within two weeks.';
const NOTE = { kind: 'note', title: 'Figures to have at hand', text: 'The warehouse handled nine thousand orders an hour after the throttling was rewritten.' } as const;
const OTHER = { kind: 'note', title: 'Names in the panel', text: 'Ines Ferreira asks about architecture, Tom Okafor about teamwork.' } as const;

const goTo = async (page: Page, path: string): Promise<void> => {
  await page.evaluate((hash) => { location.hash = hash; }, path);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
};
const openMemory = (page: Page): Promise<void> => goTo(page, '/settings/memory');
const everything = (page: Page): Locator => page.getByRole('list', { name: 'What is remembered' });
const found = (page: Page): Locator => page.getByRole('list', { name: 'Found' });
const search = (page: Page, words: string): Promise<void> => page.getByRole('searchbox', { name: 'Search what is remembered' }).fill(words);
const dialog = (page: Page): Locator => page.getByRole('dialog').or(page.getByRole('alertdialog')).last();

/** One interview of one answer, ended. Gives its id. */
async function answerOnce(client: TestEngineClient, text = STORY): Promise<string> {
  const { setup } = await client.interview.setupDefaults();
  const view = await client.interview.start({ ...setup, packId: 'backend-engineer', kind: 'behavioural', followUps: false, questionCount: 1 });
  const answered = await client.interview.answer({ sessionId: view.sessionId, revision: view.revision, submissionId: 'memory-answer', text });
  await client.interview.end({ sessionId: view.sessionId, revision: answered.revision });
  return view.sessionId;
}

test('a note that was put in is found with a misspelt word, the words that led there are marked, and why it stands there adds up', async ({ page }) => {
  await openMemory(page);
  await expect(page.getByRole('heading', { name: 'Nothing is remembered yet' })).toBeVisible();
  await expect(page.getByText('All of it stays on this machine.')).toBeVisible();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog(page).getByRole('button', { name: 'Remember' }).click();
  await expect(dialog(page).getByRole('alert')).toContainText('There is no text to remember.');
  await dialog(page).getByLabel('Title').fill(NOTE.title);
  await dialog(page).getByLabel('Text', { exact: true }).fill(NOTE.text);
  await expect(dialog(page)).toContainText(`${NOTE.text.length} of 500,000 characters`);
  await dialog(page).getByRole('button', { name: 'Remember' }).click();
  await expect(everything(page)).toContainText(NOTE.title);

  await search(page, 'throtling');
  await expect(found(page)).toContainText(NOTE.title);
  await expect(page.getByRole('status').filter({ hasText: 'Not found word for word; this is nearest in meaning and spelling' })).toHaveCount(1);
  await search(page, 'orders throttling');
  await expect(found(page).locator('mark', { hasText: 'orders' })).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: /^1 found$/ })).toHaveCount(1);
  await page.getByRole('button', { name: `Why here: ${NOTE.title}` }).click();
  await expect(found(page).getByRole('row', { name: /^Words found:/ })).toBeVisible();
  const scores = (await found(page).getByRole('cell').allTextContents()).map(Number);
  expect(scores.length).toBeGreaterThan(2);
  expect(scores.slice(0, -1).reduce((sum, each) => sum + each, 0)).toBeCloseTo(scores.at(-1) ?? Number.NaN, 1);

  await page.reload();
  await expect(page.getByRole('searchbox')).toHaveValue('orders throttling');
  await expect(found(page)).toContainText(NOTE.title);

  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog(page).getByLabel('Text', { exact: true }).fill(NOTE.text);
  await dialog(page).getByRole('button', { name: 'Remember' }).click();
  await expect(dialog(page).getByRole('alert')).toContainText(`as “${NOTE.title}”`);
});

test('an answer is found with where it was said; going there and back shows the same search', async ({ page, app }) => {
  const client = await app.connect();
  await openMemory(page);
  const sessionId = await answerOnce(client);
  await expect(page.getByRole('radio', { name: /^Answers/ }).or(everything(page))).not.toHaveCount(0);
  await search(page, 'canary stage');
  await expect(found(page)).toContainText('canary');
  await found(page).getByRole('link', { name: /^Open where it was said/ }).first().click();
  await expect(page).toHaveURL(new RegExp(`#/interview/${sessionId}/report$`));
  await page.goBack();
  await expect(page.getByRole('searchbox')).toHaveValue('canary stage');
  await expect(found(page)).toContainText('canary');
  await search(page, '<img src=x onerror=alert(1)>');
  await expect(page.locator('main img')).toHaveCount(0);
});

test('what is changed is kept until it is saved, and then found by its new words; pinned stands first', async ({ page, app }) => {
  const client = await app.connect();
  await client.memory.add(NOTE);
  await client.testMode.setClock({ advanceMs: 60_000 });
  await client.memory.add(OTHER);
  await openMemory(page);
  await expect(everything(page).getByRole('listitem').first()).toContainText(OTHER.title);
  await page.getByRole('button', { name: `Pin: ${NOTE.title}` }).click();
  await expect(everything(page).getByRole('listitem').first()).toContainText(NOTE.title);
  await expect(page.getByRole('button', { name: `Unpin: ${NOTE.title}` })).toBeVisible();

  await everything(page).getByRole('button', { name: new RegExp(`^${NOTE.title}`) }).click();
  await page.getByRole('button', { name: `Edit: ${NOTE.title}` }).click();
  await expect(page.getByLabel('Title', { exact: true })).toBeFocused();
  await page.getByLabel('Text', { exact: true }).fill(OTHER.text);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText(`as "${OTHER.title}"`);
  await page.getByLabel('Text', { exact: true }).fill('The harbour terminal handled eleven thousand containers.');
  await goTo(page, '/settings/about');
  await openMemory(page);
  await page.getByRole('button', { name: `Go on editing: ${NOTE.title}` }).click();
  await expect(page.getByLabel('Text', { exact: true })).toHaveValue('The harbour terminal handled eleven thousand containers.');
  await page.getByRole('button', { name: 'Discard', exact: true }).click();
  await dialog(page).getByRole('button', { name: 'Go on editing' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('harbour terminal').first()).toBeVisible();
  await search(page, 'containers');
  await expect(found(page)).toContainText('harbour');
  expect((await client.memory.search({ text: 'throttling' })).hits.some(({ passage }) => passage.includes('throttling'))).toBe(false);
});

test('what is forgotten is looked for again, and found by no search', async ({ page, app }) => {
  const client = await app.connect();
  await client.memory.add(NOTE);
  await openMemory(page);
  await search(page, 'warehouse');
  await found(page).getByRole('button', { name: new RegExp(`^${NOTE.title}`) }).click();
  await page.getByRole('button', { name: `Forget: ${NOTE.title}` }).last().click();
  await expect(dialog(page)).toContainText('cannot be brought back from here');
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  expect((await client.memory.status()).items).toBe(1);
  await page.getByRole('button', { name: `Forget: ${NOTE.title}` }).last().click();
  await dialog(page).getByRole('button', { name: 'Forget', exact: true }).click();
  await expect(dialog(page)).toContainText('Looked for it again: nothing left.');
  const left = await dialog(page).getByRole('row').locator('td:last-child').allTextContents();
  expect(left.length).toBeGreaterThan(2);
  expect(new Set(left)).toEqual(new Set(['0']));
  await expect(page.locator('[data-error-code]')).toHaveCount(0);
  await dialog(page).getByRole('button', { name: 'Close' }).first().click();
  await expect(page.getByRole('searchbox')).toBeFocused();
  await expect(page.getByText(NOTE.title)).toHaveCount(0);
  await expect(page.getByRole('strong').filter({ hasText: 'Nothing fits “warehouse”' })).toBeVisible();
  expect((await client.memory.search({ text: NOTE.text })).hits).toEqual([]);
});

test('forgetting an answer leaves the interview, and the answer stays in its report', async ({ page, app }) => {
  const client = await app.connect();
  const sessionId = await answerOnce(client);
  await openMemory(page);
  await expect.poll(async () => (await client.memory.list({ kind: 'turn' })).total).toBe(1);
  await search(page, 'canary stage');
  await found(page).getByRole('listitem').filter({ hasText: 'Answer' }).getByRole('button', { name: /^Forget:/ }).click();
  await expect(dialog(page)).toContainText('The interview itself stays in the history');
  await dialog(page).getByRole('button', { name: 'Forget', exact: true }).click();
  await expect(dialog(page)).toContainText('nothing left');
  expect((await client.memory.list({ kind: 'turn' })).total).toBe(0);
  expect((await client.interview.report({ sessionId })).questions[0]?.parts[0]?.text).toBe(STORY);
});

test('everything works by keyboard: from the palette through search and list to forgetting, and back', async ({ page, app }) => {
  const client = await app.connect();
  await client.memory.add(NOTE);
  await client.testMode.setClock({ advanceMs: 60_000 });
  await client.memory.add(OTHER);
  const press = (key: string): Promise<void> => page.keyboard.press(key);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await press('Control+k');
  await page.getByPlaceholder(/Find a screen/).fill('memory');
  await expect(page.getByRole('option', { name: /Memory/ })).toHaveAttribute('aria-selected', 'true');
  await press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Memory' })).toBeFocused();
  await everything(page).waitFor();
  await press('Tab');
  await expect(page.getByRole('button', { name: 'Add', exact: true })).toBeFocused();
  await press('Tab');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await press('Tab');
  const row = (title: string): Locator => everything(page).getByRole('button', { name: new RegExp(`^${title}`) });
  await expect(row(OTHER.title)).toBeFocused();
  await press('ArrowDown');
  await expect(row(NOTE.title)).toBeFocused();
  await press('Tab');
  await expect(page.getByRole('button', { name: `Pin: ${NOTE.title}` })).toBeFocused();
  await press('Enter');
  await expect(everything(page).getByRole('listitem').first()).toContainText(NOTE.title);
  await row(NOTE.title).focus();
  await press('Enter');
  await expect(page.getByRole('heading', { level: 2, name: NOTE.title })).toBeFocused();
  await press('Escape');
  await expect(row(NOTE.title)).toBeFocused();
  await press('Tab');
  await press('Tab');
  await expect(page.getByRole('button', { name: `Forget: ${NOTE.title}` })).toBeFocused();
  await press('Enter');
  await expect(dialog(page).getByRole('button', { name: 'Cancel' })).toBeFocused();
  await press('Tab');
  await press('Enter');
  await expect(dialog(page)).toContainText('nothing left');
  await press('Escape');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.type('architecture');
  await expect(found(page)).toContainText(OTHER.title);
  await press('Escape');
  await expect(page.getByRole('searchbox')).toHaveValue('');
  await expect(everything(page)).toContainText(OTHER.title);
});

test('on a small window an item opens over the list, nothing is cut off, and axe finds nothing serious', async ({ page, app }) => {
  const client = await app.connect();
  await client.memory.add(NOTE);
  await client.memory.add({ ...OTHER, text: `${OTHER.text}\n\n${'A long paragraph about the panel. '.repeat(120)}` });
  await page.setViewportSize({ width: 1024, height: 700 });
  await openMemory(page);
  const seriousNow = async (): Promise<string[]> => (await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()).violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id} at ${nodes[0]?.target.join(' ')}`);
  expect(await seriousNow()).toEqual([]);
  await everything(page).getByRole('button', { name: new RegExp(`^${OTHER.title}`) }).click();
  await expect(dialog(page)).toContainText('Ines Ferreira');
  await expect(dialog(page).getByRole('button', { name: `Forget: ${OTHER.title}` })).toBeInViewport();
  expect(await seriousNow()).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'How it compares' }).click();
  await expect(dialog(page).getByRole('list', { name: 'Ways to compare meaning' })).toContainText('in use');
  expect(await seriousNow()).toEqual([]);
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 640, height: 400 });
  expect(await page.evaluate(() => [...document.querySelectorAll('main *')].filter((each) => each.getBoundingClientRect().right > innerWidth + 1).length)).toBe(0);
});

test('what one window adds or forgets is shown in the other one, and in a list of thousands only rows in view are drawn', async ({ page, context, app }) => {
  const client = await app.connect();
  for (let number = 0; number < 400; number++) await client.memory.add({ kind: 'note', title: `Note ${number}`, text: `The text of note number ${number}.` });
  const other = await context.newPage();
  await openApp(other, app);
  await openMemory(page);
  await openMemory(other);
  await expect(page.getByText('400 remembered')).toBeVisible();
  expect(await everything(page).getByRole('listitem').count()).toBeLessThan(40);
  await everything(page).getByRole('button', { name: /^Note/ }).first().focus();
  for (let times = 0; times < 8; times++) { await page.keyboard.press('End'); await page.waitForTimeout(150); }
  await expect(everything(page).getByRole('button', { name: /^Note 0/ })).toBeFocused();
  await client.memory.add(NOTE);
  await expect(page.getByText('401 remembered')).toBeVisible();
  await expect(other.getByText('401 remembered')).toBeVisible();
  // The page that is loaded may end before the row one was at: focus stays in the list all the same.
  await expect.poll(() => everything(page).evaluate((list) => list.contains(document.activeElement))).toBe(true);
});
