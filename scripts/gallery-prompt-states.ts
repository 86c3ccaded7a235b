import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import Database from 'better-sqlite3';
import type { ExperimentView } from '../core/contract/prompts.ts';
import type { SessionView } from '../core/contract/interview.ts';
import { startFaultServer, type FaultServer } from '../testing/fault-server/fault-server.ts';
import type { RoomTools } from './gallery-model-states.ts';
import type { GalleryState } from './gallery-states.ts';
import { settled } from '../testing/settled.ts';

const SAYS = 'You said that you would look at the monitoring first. Which reading there would have told you that the plan of one query had changed, and why that one?';
const ANSWER = 'I would look at the monitoring first, and at how long each step of the job took before and after Tuesday, and find the one that got slower.';
const SECOND = 'The rows read by that one query, because they went up tenfold on Tuesday while the number of orders stayed as it was.';
/** The prompt that is looked at and experimented with, and the one that gets a version of one's own. */
const FOLLOW_UP = 'interview/follow-up';
const OPENING = 'interview/opening';
const OWN = `${OPENING}.v2.prompt`;
const QUESTION = 'Do follow-ups that say less of the answer get fuller answers?';

/** The screens of prompts, the words behind a text, and what an experiment comes to. They come after the states of models, because one of these answers here. */
export function promptStates({ client, goTo, say }: RoomTools): GalleryState[] {
  const openTab = (name: string, id = FOLLOW_UP) => async (page: Page): Promise<void> => {
    await goTo(`/settings/prompts/${id}`)(page);
    await page.getByRole('tab', { name }).click();
    await page.waitForTimeout(300);
  };
  const experiments = openTab('Experiments');
  /** With what is under the tabs in view. */
  const toTabs = async (page: Page): Promise<void> => { await page.getByRole('tablist').evaluate((tabs) => tabs.closest('section')?.scrollIntoView()); await page.waitForTimeout(200); };
  const scrolledTo = (open: (page: Page) => Promise<void>) => async (page: Page): Promise<void> => { await open(page); await toTabs(page); };
  const show = async (page: Page, version: string): Promise<void> => { await page.getByRole('radio', { name: `Show version ${version}` }).check(); await page.waitForTimeout(300); };
  const labelMenu = (version: string) => async (page: Page): Promise<void> => {
    await goTo(`/settings/prompts/${FOLLOW_UP}`)(page);
    await show(page, version);
    await page.getByRole('button', { name: `Label of version ${version}` }).click();
    await page.getByRole('menu').waitFor();
  };
  const ownFile = async (name: string): Promise<string> => join((await client.prompts.list()).ownFolder, name);
  /** Waits until the newest version of the own prompt is in a state, as files are read a moment after they were saved. */
  const reached = async (state: string): Promise<void> => {
    const now = async (): Promise<string | undefined> => (await client.prompts.list()).prompts.find(({ id }) => id === OPENING)?.versions.at(-1)?.state;
    for (let tries = 0; tries < 100 && (await now()) !== state; tries++) await new Promise((resume) => setTimeout(resume, 30));
  };
  const saved = async (name: string, text: string, state: string): Promise<void> => { writeFileSync(await ownFile(name), text); await reached(state); };
  let own: Promise<string> | undefined;
  /** The words of a second version of one's own; made once. */
  const ownVersion = (): Promise<string> => (own ??= client.prompts.newVersion({ id: OPENING, version: '1' }).then(({ file }) => readFileSync(file, 'utf8')));
  const breakIt = async (): Promise<void> => saved(OWN, (await ownVersion()).replace('{{count}}', '{{cuont}}'), 'broken');

  let server: FaultServer | undefined;
  let told: Promise<SessionView> | undefined;
  /** An interview up to a follow-up that a model worded. */
  const followedUp = (): Promise<SessionView> => (told ??= (async () => {
    server = await startFaultServer({ say: SAYS });
    const { providerId } = await client.models.addProvider({ presetId: 'other', name: 'Prompt server', baseUrl: server.openaiUrl, model: 'interviewer-large' });
    await client.models.setOrder({ lane: 'interactive-deep', providerIds: [providerId] });
    const { setup } = await client.interview.setupDefaults();
    await client.interview.start({ ...setup, packId: 'backend-engineer', kind: 'technical', pressure: 'tough', followUps: true });
    return settled(client, await say(await settled(client, await client.interview.retry({ questionId: 'be-nightly-job-doubled', mode: 'practice' })), ANSWER));
  })());
  const ended = async (): Promise<SessionView> => {
    const view = await client.interview.session({ sessionId: (await followedUp()).sessionId });
    if (view.phase === 'ended') return view;
    const after = await settled(client, await say(view, SECOND));
    return client.interview.end({ sessionId: after.sessionId, revision: after.revision });
  };

  let begun: Promise<ExperimentView> | undefined;
  const running = (): Promise<ExperimentView> => (begun ??= client.prompts.startExperiment({
    promptId: FOLLOW_UP, about: QUESTION, until: null, arms: [{ version: '1', weight: 0.5 }, { version: '2', weight: 0.5 }],
  }));
  const counted = (sessions: number, edited = false) => async (page: Page): Promise<void> => {
    await seedUses(sessions, edited);
    await scrolledTo(experiments)(page);
  };
  /** Interviews that took part, written where the app keeps them; the same ones again change nothing. */
  const seedUses = async (sessions: number, edited: boolean): Promise<string> => {
    const { experimentId } = await running();
    const words = { 1: await client.prompts.words({ id: FOLLOW_UP, version: '1' }), 2: await client.prompts.words({ id: FOLLOW_UP, version: '2' }) };
    const before = words[2].source.replace('one short sentence', 'half a sentence');
    const beforeHash = createHash('sha256').update(before).digest('hex').slice(0, 12);
    const at = new Date().toISOString();
    const { dataFolder } = await client.app.status();
    const database = new Database(join(dataFolder, 'role-accel.db'), { timeout: 5_000 });
    try {
      const keep = database.prepare('INSERT OR IGNORE INTO prompt_words (hash, prompt, version, source, partials, kept_at) VALUES (?, ?, ?, ?, ?, ?)');
      const pin = database.prepare('INSERT OR REPLACE INTO prompt_pin (session_id, prompt, version, hash, experiment, pinned_at) VALUES (?, ?, ?, ?, ?, ?)');
      const use = database.prepare(`INSERT OR REPLACE INTO prompt_use (session_id, subject, prompt, version, hash, experiment, lane, place, model, outcome, first_word_ms, duration_ms, input_tokens, output_tokens, rating, score, asked_again, at)
        VALUES (?, ?, ?, ?, ?, ?, 'interactive-deep', 'cloud', 'interviewer-large', ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
      database.transaction(() => {
        keep.run(beforeHash, FOLLOW_UP, '2', before, '[]', at);
        for (const { id, version, hash, source } of [words[1], words[2]]) keep.run(hash, id, version, source, '[]', at);
        for (let number = 0; number < sessions; number++) {
          const version = number % 2 === 0 ? '1' : '2';
          const hash = version === '1' ? words[1].hash : edited && number % 3 === 0 ? beforeHash : words[2].hash;
          const session = `gallery-${number}`;
          pin.run(session, FOLLOW_UP, version, hash, experimentId, at);
          for (let turn = 0; turn <= number % 3; turn++) {
            // Spread without chance, so that the pictures are the same every time.
            const spread = ((number * 37 + turn * 53) % 100) / 100;
            const second = version === '2';
            const outcome = spread < (second ? 0.05 : 0.18) ? 'refused' : 'stood';
            const rating = (number + turn) % 4 === 0 ? (spread < (second ? 0.8 : 0.6) ? 'up' : 'down') : null;
            use.run(session, `turn-${turn}`, FOLLOW_UP, version, hash, experimentId, outcome, 380 + spread * 420, 1_450 + spread * (second ? 800 : 1_600), second ? 512 : 390, Math.round((second ? 26 : 38) + spread * 20), rating, Math.min(1, (second ? 0.58 : 0.5) + spread * 0.3), spread > 0.93 ? 1 : 0, at);
          }
        }
      })();
    } finally {
      database.close();
    }
    return beforeHash;
  };

  return [
    { name: '68-prompts', open: goTo('/settings/prompts') },
    { name: '68-prompt-rendered', open: goTo(`/settings/prompts/${FOLLOW_UP}`) },
    { name: '68-prompt-words', open: scrolledTo(openTab('Words')) },
    { name: '68-prompt-compare', open: scrolledTo(async (page) => { await goTo(`/settings/prompts/${FOLLOW_UP}`)(page); await show(page, '2'); await page.getByRole('tab', { name: 'Compare' }).click(); }) },
    { name: '68-prompt-labels', open: labelMenu('2') },
    { name: '68-prompt-production', open: async (page) => { await labelMenu('2')(page); await page.getByRole('menuitem', { name: /Make it production/ }).click(); await page.getByRole('dialog').or(page.getByRole('alertdialog')).waitFor(); } },
    { name: '68-prompts-broken', open: async (page) => { await breakIt(); await goTo('/settings/prompts')(page); } },
    { name: '68-prompt-broken', open: async (page) => { await breakIt(); await goTo(`/settings/prompts/${OPENING}`)(page); await show(page, '2'); } },
    { name: '68-prompt-mended', open: async (page) => {
      await breakIt();
      await goTo(`/settings/prompts/${OPENING}`)(page);
      await show(page, '2');
      await saved(OWN, await ownVersion(), 'draft');
      await page.getByRole('list', { name: 'Files that could not be read' }).waitFor({ state: 'detached' });
    } },
    { name: '68-prompt-gone', open: async (page) => {
      await ownVersion();
      rmSync(await ownFile(OWN), { force: true });
      await reached('gone');
      await goTo(`/settings/prompts/${OPENING}`)(page);
      await show(page, '2');
    } },
    { name: '68-prompt-new-version', open: async (page) => {
      await goTo('/settings/prompts/interview/lead-in')(page);
      await page.getByRole('button', { name: /^New version/ }).click();
      await page.getByText(/is yours to change/).waitFor();
    }, done: async () => rmSync(await ownFile('interview'), { recursive: true, force: true }) },
    { name: '69-experiments-none', open: experiments },
    { name: '69-experiment-start', open: async (page) => {
      await experiments(page);
      await page.getByRole('button', { name: 'Start an experiment' }).click();
      await page.getByLabel('What do you want to find out?').fill(QUESTION);
    } },
    { name: '69-experiment-begun', open: async (page) => { await running(); await scrolledTo(experiments)(page); } },
    { name: '69-experiment-8-interviews', open: counted(8) },
    { name: '69-experiment-60-interviews', open: counted(60, true) },
    { name: '69-experiment-ended', open: async (page) => {
      await seedUses(60, true);
      await client.testMode.setClock({ advanceMs: 3_600_000 });
      await client.prompts.stopExperiment({ experimentId: (await running()).experimentId });
      await experiments(page);
      await page.getByRole('button', { name: new RegExp(QUESTION.slice(0, 20)) }).click();
      await page.getByRole('table', { name: 'What was counted' }).waitFor();
      await toTabs(page);
    } },
    { name: '69-words-edited-since', open: async (page) => goTo(`/settings/prompts/words/${await seedUses(8, true)}`)(page), done: async () => { await client.prompts.stopExperiment({ experimentId: (await running()).experimentId }); } },
    { name: '69-words-still', open: async (page) => { const { hash } = await client.prompts.words({ id: FOLLOW_UP, version: '1' }); await followedUp(); await goTo(`/settings/prompts/words/${hash}`)(page); } },
    { name: '69-room-words', open: async (page) => {
      await goTo(`/interview/${(await followedUp()).sessionId}`)(page);
      await page.getByRole('button', { name: /follow-up \d/ }).last().click();
      await page.getByRole('dialog').getByText('Ask one follow-up').or(page.getByRole('dialog').getByText('Ask the candidate one')).first().waitFor();
    } },
    { name: '69-report-follow-up', open: async (page) => {
      const { sessionId } = await ended();
      await goTo(`/interview/${sessionId}/report`)(page);
      await page.getByRole('navigation', { name: 'Questions' }).getByRole('button').nth(1).click();
      await page.getByRole('link', { name: /follow-up \d/ }).first().scrollIntoViewIfNeeded();
    }, done: async () => { await server?.close(); } },
  ];
}
