import type { Page } from '@playwright/test';
import type { Job } from '../core/contract/jobs.ts';
import { startFaultServer, type FaultServer } from '../testing/fault-server/fault-server.ts';
import type { RoomTools } from './gallery-model-states.ts';
import type { GalleryState } from './gallery-states.ts';

type Work = Parameters<RoomTools['client']['testMode']['addJob']>[0]['work'];
const OPENING = 'Good morning, and thank you for coming in. We have twenty minutes, and I would like to hear first how you came to the work that you do now.';
const HELD: Partial<Work> = { steps: [{ share: 0.4, says: 'Reading the answer for the second point of five', ms: 600_000 }] };
const OVERLOADED = { says: 'the provider is overloaded', retryable: true, retryAfterMs: 40_000 };
const REFUSED = { says: 'the key was refused', retryable: false };

/** Background work in the strip and in its list. Nothing of it is left for the states after them. */
export function jobStates({ client, goTo }: Pick<RoomTools, 'client' | 'goTo'>): GalleryState[] {
  const find = async (jobId: string): Promise<Job | undefined> => (await client.jobs.list()).jobs.find((job) => job.jobId === jobId);
  /** Adds one, and waits until it is as it should be. */
  const add = async (title: string, work: Partial<Work> = {}, reached: (job: Job) => boolean = () => true): Promise<string> => {
    const { sessionId } = (await client.interview.history({ limit: 1 })).items[0] ?? {};
    const { jobId } = await client.testMode.addJob({ work: { title, steps: [], ...work }, ...(sessionId ? { sessionId } : {}) });
    for (let tries = 0; tries < 200; tries++) {
      const job = await find(jobId);
      if (!job || reached(job)) break;
      await new Promise((resume) => setTimeout(resume, 25));
    }
    return jobId;
  };
  /** Ends what was added here, lets the app's own work end, and clears the list. */
  const empty = async (): Promise<void> => {
    await client.testMode.setClock({ advanceMs: 60_000 });
    await add('Looking for what is due');
    for (let tries = 0; tries < 400; tries++) {
      const open = (await client.jobs.list()).jobs.filter(({ state }) => state === 'queued' || state === 'running');
      if (open.length === 0) break;
      for (const { jobId, kind } of open) if (kind.startsWith('test.')) await client.jobs.cancel({ jobId }).catch(() => undefined);
      await new Promise((resume) => setTimeout(resume, 25));
    }
    await client.jobs.clear();
  };
  const runs = ({ progress }: Job): boolean => progress !== null;

  /** A model in this machine that speaks slowly enough to be waited for. */
  let server: FaultServer | undefined;
  let providerId: string | undefined;
  let sessions: string[] = [];
  let clock: string | undefined;
  const speakSlowly = async (): Promise<void> => {
    if (!server) {
      server = await startFaultServer({ say: OPENING });
      ({ providerId } = await client.models.addProvider({ presetId: 'other', name: 'Server here', baseUrl: server.openaiUrl, model: 'interviewer' }));
      await client.models.setOrder({ lane: 'interactive-deep', providerIds: [providerId] });
    }
    server.paceMs = 1_500;
    const { setup } = await client.interview.setupDefaults();
    sessions.push((await client.interview.start({ ...setup, packId: 'backend-engineer', kind: 'technical' })).sessionId);
  };
  const stopSpeaking = async (): Promise<void> => {
    if (providerId) await client.models.removeProvider({ providerId });
    for (const sessionId of sessions) await client.interview.delete({ sessionId });
    await server?.close();
    sessions = [];
    providerId = server = undefined;
  };
  /** The window counts down by its own clock, so the engine's has to say the same. */
  const rightClock = async (): Promise<void> => {
    clock ??= (await client.testMode.setClock({ advanceMs: 0 })).now;
    await client.testMode.setClock({ now: new Date().toISOString() });
  };
  const restoreClock = async (): Promise<void> => { if (clock) await client.testMode.setClock({ now: clock }); clock = undefined; };

  const openList = async (page: Page): Promise<void> => {
    await page.getByRole('button', { name: /in the background$/ }).click();
    await page.getByRole('dialog', { name: 'Background work' }).waitFor();
    await page.waitForTimeout(300);
  };
  const waiting = async (count: number): Promise<void> => { for (let number = 1; number <= count; number++) await client.testMode.addJob({ work: { title: `Scoring question ${number}`, steps: [] } }); };

  return [
    { name: '53-jobs-none', open: async (page) => {
      await empty();
      await goTo('/')(page);
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('background work');
      await page.getByRole('option', { name: 'Background work' }).click();
      await page.getByRole('dialog', { name: 'Background work' }).waitFor();
    } },
    { name: '53-jobs-running', open: async (page) => { await empty(); await add('Scoring question 3', HELD, runs); await waiting(1); await goTo('/')(page); await page.waitForTimeout(700); }, done: empty },
    { name: '53-jobs-failed', open: async (page) => { await empty(); await add('Scoring question 2', { fails: 1, failure: REFUSED }, ({ state }) => state === 'failed'); await goTo('/')(page); await page.waitForTimeout(700); }, done: empty },
    { name: '53-jobs-list', open: async (page) => {
      await empty();
      await rightClock();
      await add('Summarising the interview', {}, ({ state }) => state === 'done');
      await add('Making vectors for 240 passages', { fails: 1, failure: OVERLOADED }, ({ waits }) => waits === 'retry');
      await add('Scoring question 2', { fails: 1, failure: REFUSED }, ({ state }) => state === 'failed');
      await add('Scoring question 3', HELD, runs);
      await client.jobs.cancel({ jobId: await add('Scoring question 6') });
      await add('Scoring question 4');
      await speakSlowly();
      await add('Reading your answers a second time', { lane: 'model' }, ({ waits }) => waits === 'answering');
      await goTo('/')(page);
      await openList(page);
    }, done: async () => { await empty(); await stopSpeaking(); await restoreClock(); } },
    { name: '53-jobs-many', open: async (page) => { await empty(); await add('Making vectors for 240 passages', HELD, runs); await waiting(130); await goTo('/')(page); await openList(page); await page.getByText(/more wait behind these/).scrollIntoViewIfNeeded(); }, done: empty },
  ];
}
