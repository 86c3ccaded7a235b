import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { TestEngineClient } from '../core/contract/index.ts';
import type { SessionView, Setup } from '../core/contract/interview.ts';
import { catalogueFileSchema } from '../core/inference/models-config.ts';
import { startHub } from '../testing/hub/hub.ts';
import { shippedQuestions } from '../testing/model-answers.ts';
import { seedHistory } from '../testing/seed-history.ts';
import { tinyModel } from '../testing/tiny-model.ts';
import { jobStates } from './gallery-job-states.ts';
import { emptyMemoryState, memoryStates } from './gallery-memory-states.ts';
import { modelStates } from './gallery-model-states.ts';
import { promptStates } from './gallery-prompt-states.ts';
import { scoringStates } from './gallery-scoring-states.ts';

/** One picture: what it is called and how to get there on a page that is signed in. */
export interface GalleryState {
  name: string;
  open(page: Page): Promise<void>;
  /** After the last picture of it. */
  done?(): Promise<void>;
}

const POSTING = 'We look for a backend engineer.\n- 3 years of PostgreSQL, a must\n- API design and caching\n- Kafka is nice to have\n- Kubernetes';

/** Brings the engine into a lifelike state and lists every screen and state. The order matters: the first ones need an empty engine. */
export async function prepareGallery(client: TestEngineClient): Promise<GalleryState[]> {
  const now = new Date().toISOString();
  const questions = shippedQuestions();
  const model = (id: string): string => questions.get(id)?.model_answer ?? '';
  const command = (view: SessionView) => ({ sessionId: view.sessionId, revision: view.revision });
  const goTo = (path: string) => async (page: Page): Promise<void> => {
    await page.evaluate((hash) => { location.hash = hash; }, path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForTimeout(600);
  };
  let seeded: Promise<string[]> | undefined;
  const past = (): Promise<string[]> => (seeded ??= seedHistory(client, now, model));
  const start = async (setup: Partial<Setup> = {}): Promise<SessionView> => {
    await past();
    const { setup: defaults } = await client.interview.setupDefaults();
    return client.interview.start({ ...defaults, packId: 'backend-engineer', level: 'mid', kind: 'mixed', minutes: 20, mode: 'practice', pressure: 'neutral', ...setup });
  };
  const say = (view: SessionView, text: string): Promise<SessionView> => client.interview.answer({ ...command(view), submissionId: `gallery-${view.sessionId}-${view.revision}`, text });
  const room = (prepare: () => Promise<SessionView>, then: (page: Page) => Promise<void> = async () => {}) => async (page: Page): Promise<void> => {
    const view = await prepare();
    await client.testMode.setClock({ advanceMs: 144_000 });
    await goTo(`/interview/${view.sessionId}`)(page);
    await then(page);
    await page.waitForTimeout(300);
  };
  const reportOf = async (index: number): Promise<string> => (await past()).at(index) ?? '';
  const story = { shape: 'star', situation: 'The importer shared one connection pool with checkout, and nothing stopped a slow migration from holding every connection.', task: 'Make that class of deploy safe before the next release, nine days away.', action: 'I split the pools, set a two-second lock timeout on migrations, and wrote a canary stage that compares queue depth for ten minutes before it lets the rollout go on. I asked the two teams who share the database to review it, and', result: '' } as const;
  const click = (name: string | RegExp) => (page: Page): Promise<void> => page.getByRole('button', { name }).first().click();

  /** A connection that waits for its model: nothing is contacted, and the coach goes on answering. */
  const addOllama = async (): Promise<void> => {
    const { providers } = await client.models.providers();
    if (!providers.some(({ name }) => name === 'Ollama')) await client.models.addProvider({ presetId: 'ollama' });
  };
  /** A download that stands still half-way, from a hub on this machine that is gone again afterwards. */
  const pauseHalfWay = async (): Promise<void> => {
    const [model] = (await client.models.local()).models;
    const listed = catalogueFileSchema.parse(JSON.parse(readFileSync(join(import.meta.dirname, '../models/catalogue.json'), 'utf8'))).models.find(({ id }) => id === model?.modelId);
    if (!model || !listed || model.download) return;
    const hub = await startHub({ [`${listed.repository}/${listed.file}`]: Buffer.concat([readFileSync(tinyModel()), Buffer.alloc(60_000_000)]) });
    hub.faults.bytesPerSecond = 30_000_000;
    try {
      await client.models.setMirror({ url: hub.url });
      await client.models.download({ modelId: model.modelId });
      for await (const downloads of await client.models.watchDownloads()) {
        const [now] = downloads;
        if (now?.state === 'failed') throw new Error(now.problem?.happened);
        if (now?.totalBytes && now.receivedBytes > now.totalBytes * 0.4) break;
      }
      await client.models.pauseDownload({ modelId: model.modelId });
    } finally {
      await client.models.setMirror({ url: null });
      await hub.close();
    }
  };

  return [
    { name: '01-home-first-run', open: goTo('/') },
    { name: '02-history-empty', open: goTo('/history') },
    emptyMemoryState({ goTo }),
    { name: '03-setup-first-time', open: goTo('/interview') },
    { name: '04-home-after-six', open: async (page) => { await past(); await goTo('/')(page); } },
    { name: '05-setup-remembered', open: goTo('/interview') },
    { name: '06-setup-roles', open: async (page) => { await goTo('/interview')(page); await click(/^All \d+ roles/)(page); await page.waitForTimeout(300); } },
    { name: '07-setup-posting', open: async (page) => {
      await goTo('/interview')(page);
      await click('Paste it')(page);
      await page.getByRole('textbox', { name: 'Job description' }).fill(POSTING);
      await click('Use it')(page);
      await page.waitForTimeout(800);
    } },
    { name: '10-room-question', open: room(() => start({ kind: 'technical' })) },
    { name: '11-room-star', open: room(async () => { const view = await start({ kind: 'behavioural' }); await client.interview.saveDraft({ ...command(view), draft: story }); return view; }) },
    { name: '12-room-code', open: room(async () => { const view = await start({ kind: 'technical' }); await client.interview.saveDraft({ ...command(view), draft: { shape: 'code', text: 'One statement checks and changes, so two buyers cannot both pass:', code: "UPDATE stock\n   SET pieces = pieces - 1\n WHERE product_id = $1\n   AND pieces > 0;" } }); return view; }) },
    { name: '13-room-hint', open: room(async () => client.interview.hint(command(await start({ kind: 'technical' })))) },
    { name: '14-room-follow-up', open: room(async () => say(await start({ kind: 'technical', pressure: 'tough' }), 'I would first look at the monitoring and the recent changes, and then measure where the time goes before I change anything.')) },
    { name: '15-room-feedback', open: room(async () => { const view = await start({ kind: 'technical', followUps: false }); return say(view, model(view.current?.questionId ?? '').split(/(?<=\.)\s+/).slice(0, 4).join(' ')); }) },
    { name: '16-room-paused', open: room(async () => client.interview.pause(command(await start()))) },
    { name: '17-room-closing', open: room(async () => { const view = await start({ questionCount: 1 }); return client.interview.skip(command(view)); }) },
    { name: '18-room-end-dialog', open: room(() => start(), click('End and score')) },
    { name: '19-room-disk-full', open: room(() => start({ kind: 'technical' }), async (page) => {
      await page.getByRole('textbox', { name: /answer/i }).first().fill('I would look at the plan of the query first and compare it with the one from last week.');
      await client.testMode.setFault({ kind: 'disk-full' });
      try {
        await page.getByRole('button', { name: /^Answer/ }).click();
        await page.getByText('The disk is full').first().waitFor();
      } finally {
        await client.testMode.setFault({ kind: 'none' });
      }
    }) },
    { name: '20-report-overview', open: async (page) => goTo(`/interview/${await reportOf(4)}/report`)(page) },
    { name: '21-report-question', open: async (page) => { await goTo(`/interview/${await reportOf(4)}/report`)(page); await page.getByRole('navigation', { name: 'Questions' }).getByRole('button').nth(2).click(); await page.waitForTimeout(400); } },
    { name: '22-report-not-enough', open: async (page) => {
      const view = await start();
      const ended = await client.interview.end(command(view));
      await goTo(`/interview/${ended.sessionId}/report`)(page);
    } },
    { name: '30-history', open: goTo('/history') },
    { name: '31-history-search', open: async (page) => { await goTo('/history')(page); await page.getByRole('searchbox').or(page.getByRole('textbox', { name: /search/i })).first().fill('index'); await page.waitForTimeout(700); } },
    { name: '32-history-nothing-found', open: async (page) => { await goTo('/history')(page); await page.getByRole('searchbox').or(page.getByRole('textbox', { name: /search/i })).first().fill('zeppelin'); await page.waitForTimeout(700); } },
    { name: '33-home-unfinished', open: async (page) => { const view = await start({ kind: 'behavioural' }); await client.interview.saveDraft({ ...command(view), draft: story }); await goTo('/')(page); } },
    { name: '40-settings-appearance', open: goTo('/settings') },
    { name: '41-settings-data', open: goTo('/settings/data') },
    { name: '42-settings-restore-preview', open: async (page) => {
      await goTo('/settings/data')(page);
      const backup = await client.settings.backup();
      for (const { sessionId } of (await client.interview.history({ state: 'finished', limit: 2 })).items) await client.interview.delete({ sessionId });
      const chooser = page.waitForEvent('filechooser');
      await click('Choose a backup file')(page);
      await (await chooser).setFiles({ name: backup.name, mimeType: backup.type, buffer: Buffer.from(await backup.arrayBuffer()) });
      await page.getByRole('dialog').waitFor();
      await page.waitForTimeout(400);
    } },
    { name: '43-settings-delete', open: async (page) => { await goTo('/settings/data')(page); await click(/^Delete everything/)(page); await page.getByRole('dialog').or(page.getByRole('alertdialog')).first().waitFor(); } },
    { name: '44-settings-packs', open: goTo('/settings/packs') },
    { name: '45-settings-about', open: goTo('/settings/about') },
    { name: '46-settings-providers', open: async (page) => { await addOllama(); await goTo('/settings/providers')(page); } },
    { name: '47-settings-provider-add', open: async (page) => { await goTo('/settings/providers')(page); await click('Connect a provider')(page); await page.getByRole('dialog').waitFor(); } },
    { name: '48-settings-models', open: goTo('/settings/models') },
    { name: '48-settings-models-paused', open: async (page) => { await pauseHalfWay(); await goTo('/settings/models')(page); } },
    { name: '48-settings-models-details', open: async (page) => { await goTo('/settings/models')(page); await click(/^More for/)(page); await page.getByRole('menuitem', { name: 'Details' }).click(); await page.getByRole('dialog').waitFor(); } },
    { name: '49-settings-routing', open: goTo('/settings/routing') },
    { name: '49-settings-routing-limits', open: async (page) => { await goTo('/settings/routing')(page); await click(/^Set limits/)(page); await page.getByRole('dialog').waitFor(); } },
    { name: '49-settings-privacy', open: goTo('/settings/privacy') },
    { name: '49-trust', open: async (page) => { await goTo('/')(page); await page.getByRole('contentinfo').getByRole('button').first().click(); await page.getByRole('dialog').waitFor(); } },
    { name: '50-palette', open: async (page) => { await goTo('/')(page); await page.keyboard.press('Control+k'); await page.getByRole('dialog').waitFor(); } },
    { name: '51-shortcuts', open: async (page) => { await goTo('/')(page); await page.keyboard.press('?'); await page.getByRole('dialog').waitFor(); } },
    { name: '52-not-found', open: goTo('/interview/nobody') },
    ...jobStates({ client, goTo }),
    ...memoryStates({ client, goTo, say }),
    ...modelStates({ client, goTo, say }),
    ...promptStates({ client, goTo, say }),
    ...scoringStates({ client, goTo, say, model }),
    { name: '70-not-signed-in', open: async (page) => { await page.context().clearCookies(); await page.reload(); } },
  ];
}
