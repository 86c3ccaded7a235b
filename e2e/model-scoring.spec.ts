import type { Locator, Page } from '@playwright/test';
import type { TestEngineClient } from '../core/contract/index.ts';
import type { Report } from '../core/contract/interview.ts';
import { startFaultServer, type FaultServer } from '../testing/fault-server/fault-server.ts';
import { shippedQuestions } from '../testing/model-answers.ts';
import { askedPoint, readsPoints, type Reads } from '../testing/reads-points.ts';
import { settled } from '../testing/settled.ts';
import { expect, test } from './fixtures.ts';

test.describe.configure({ timeout: 120_000 });

const QUESTION = 'be-slow-order-list';
const ANSWER = shippedQuestions().get(QUESTION)?.answers?.partial ?? '';
const SAID = 'because there is no suitable index';
/** One point more than the coach sees, with words that are there; one with words that nobody said; nothing else. */
const reads: Reads = ({ point }) => {
  if (point.startsWith('Builds the index concurrently')) return { quote: SAID, verdict: 'met' };
  if (point.startsWith('Measures again')) return { quote: 'afterwards I measure it again with the team', verdict: 'met' };
  return { quote: '', verdict: 'missing' };
};

let server: FaultServer;
test.beforeEach(async () => { server = await startFaultServer({ say: readsPoints(reads) }); });
test.afterEach(async () => { await server.close(); });

async function connect(client: TestEngineClient, baseUrl = server.openaiUrl): Promise<void> {
  const { providerId } = await client.models.addProvider({ presetId: 'other', name: 'Reader', baseUrl, model: 'reader-3b' });
  await client.models.setOrder({ lane: 'background', providerIds: [providerId, 'local', 'openai', 'anthropic'] });
  // The interviewer's words stay the coach's, so that the report is about the reading alone.
  await client.models.setOrder({ lane: 'interactive-deep', providerIds: ['local', 'openai', 'anthropic', providerId] });
}

async function hold(client: TestEngineClient): Promise<string> {
  const view = await settled(client, await client.interview.retry({ questionId: QUESTION, mode: 'exam' }));
  let after = await settled(client, await client.interview.answer({ sessionId: view.sessionId, revision: view.revision, submissionId: `hold-${view.sessionId}`, text: ANSWER }));
  if (after.phase !== 'ended') after = await client.interview.end({ sessionId: after.sessionId, revision: after.revision });
  return after.sessionId;
}

const points = (requests: FaultServer['requests']): number => requests.filter((request) => askedPoint(request) !== undefined).length;
const openReport = async (page: Page, sessionId: string): Promise<void> => {
  await page.evaluate((hash) => { location.hash = hash; }, `/interview/${sessionId}/report`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
};
const panel = (page: Page): Locator => page.getByRole('region', { name: 'Second reader' });
const note = (page: Page): Locator => page.getByRole('region', { name: 'Two readers' });
const rubric = (page: Page): Locator => page.getByRole('complementary', { name: 'What was listened for' });

test('the coach’s report is there at once, a model’s reading comes by itself, and both stay to be looked at', async ({ page, app }) => {
  const client = await app.connect();
  await connect(client);
  server.paceMs = 150;
  const sessionId = await hold(client);
  await openReport(page, sessionId);
  const before: Report = await client.interview.report({ sessionId });
  await expect(page.getByRole('img', { name: new RegExp(`^Score ${before.score} of 100`) })).toBeVisible();
  await expect(rubric(page).getByText(/of 5 points/).first()).toBeVisible();
  await expect(panel(page)).toContainText('A model is reading your answer');
  await expect(panel(page)).toContainText(/question 1, point \d of 5/);
  await expect(rubric(page)).not.toContainText('Coach:');

  server.paceMs = 0;
  await expect(panel(page)).toContainText('reader-3b has read your answer as well.');
  const after: Report = await client.interview.report({ sessionId });
  expect(after.score).toBe(before.score);
  await expect(page.getByRole('img', { name: new RegExp(`^Score ${before.score} of 100`) })).toBeVisible();
  await expect(page.getByText(`With reader-3b: ${after.second.score} (${after.second.low}–${after.second.high})`)).toBeVisible();
  await expect(note(page)).toContainText('They disagree');

  const point = (text: string): Locator => rubric(page).getByRole('listitem').filter({ hasText: text });
  await expect(point('Builds the index concurrently')).toContainText('Coach: missing. Model: earned.');
  await expect(point('Builds the index concurrently')).toContainText('They disagree here');
  await expect(point('Measures again')).toContainText('Model: does not count.');
  await expect(point('Measures again')).toContainText('The model’s word does not count: the quote does not stand in the answer.');

  // Whose words are underlined is chosen; the number in the rubric leads to them either way.
  const underlined = page.getByRole('tabpanel').locator('mark');
  const coachs = await underlined.allInnerTexts();
  expect(coachs.join(' ')).not.toContain(SAID);
  await page.getByRole('radio', { name: 'Coach' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('radio', { name: 'Model' })).toBeChecked();
  await expect(underlined).toHaveCount(1);
  await expect(underlined).toContainText(SAID);
  await point('Builds the index concurrently').getByRole('button').click();
  await expect(underlined.getByRole('button')).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await page.getByRole('radio', { name: 'Coach' }).check({ force: true });
  await expect(underlined).toHaveCount(coachs.length);

  // The exact words that were asked with are one click away.
  await rubric(page).getByRole('link', { name: 'score-point 1' }).first().click();
  await expect(page.getByText('You check one point of one interview answer.').first()).toBeVisible();
});

test('without a model the button says what is missing and leads there', async ({ page, app }) => {
  const client = await app.connect();
  await openReport(page, await hold(client));
  const ask = panel(page).getByRole('button', { name: 'Have a model look at it too' });
  await expect(ask).toBeDisabled();
  await expect(ask).toHaveAccessibleDescription(/No model is ready to read\. Get one for this machine, or connect a provider\./);
  await panel(page).getByRole('link', { name: 'Providers' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Providers' })).toBeVisible();
});

test('a model beyond this machine is asked only by the button, which says where the answers go', async ({ page, app }) => {
  const client = await app.connect();
  await connect(client, 'https://models.example.test/v1');
  const sessionId = await hold(client);
  await openReport(page, sessionId);
  await expect(panel(page)).toContainText('No model has read this answer yet.');
  await expect(panel(page)).toContainText('5 short questions, each with one of your answers, go to models.example.test (Reader · reader-3b).');
  expect((await client.jobs.list()).jobs.filter(({ kind }) => kind === 'interview.score')).toEqual([]);
  // A model here takes its place while the page is open: what the button says changes with it.
  for (const { providerId, name } of (await client.models.providers()).providers) if (name === 'Reader') await client.models.removeProvider({ providerId });
  await connect(client);
  await expect(panel(page)).toContainText('Reader · reader-3b, on this machine, is asked 5 short questions. Nothing leaves.');
  expect(points(server.requests)).toBe(0);
  await panel(page).getByRole('button', { name: 'Have a model look at it too' }).click();
  await expect(panel(page)).toContainText('reader-3b has read your answer as well.');
  expect(points(server.requests)).toBe(5);
});

test('a model that answers nonsense is told of in words, and asked again when the person wants it', async ({ page, app }) => {
  const client = await app.connect();
  await connect(client);
  await server.setFault('schema-violation');
  await openReport(page, await hold(client));
  await expect(panel(page)).toContainText('1 answer could not be read.');
  await expect(panel(page)).toContainText('Why: the model’s answers could not be used. The coach’s scores stand either way.');
  await expect(note(page)).toContainText('A model could not read this answer');
  await server.setFault(null);
  for (const { providerId, name } of (await client.models.providers()).providers) if (name === 'Reader') await client.models.resetBreaker({ providerId });
  await panel(page).getByRole('button', { name: 'Try again' }).click();
  await expect(panel(page)).toContainText('reader-3b has read your answer as well.');
});
