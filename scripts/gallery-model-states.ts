import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { TestEngineClient } from '../core/contract/index.ts';
import type { SessionView } from '../core/contract/interview.ts';
import { startFaultServer, type FaultServer } from '../testing/fault-server/fault-server.ts';
import { tinyModel } from '../testing/tiny-model.ts';
import type { GalleryState } from './gallery-states.ts';
import { settled } from '../testing/settled.ts';

/** What the states of an interview share. */
export interface RoomTools {
  client: TestEngineClient;
  goTo: (path: string) => (page: Page) => Promise<void>;
  say: (view: SessionView, text: string) => Promise<SessionView>;
}

const CLOUD = 'You said that you would look at the monitoring first. Which reading there would have told you that the plan of one query had changed, and why that one?';
const LOCAL = 'Thank you, that helps. Which part of this did your own team decide, and how could one tell afterwards whether it had worked?';
/** One question, and an answer to it that leaves something to ask after, so that the pictures are the same every time. */
const QUESTION = 'be-nightly-job-doubled';
const ANSWER = 'I would look at the monitoring first, and at how long each step of the job took before and after Tuesday, and find the one that got slower.';

/** States in which a model speaks. They come last, because from then on it is no longer the coach who answers. */
export function modelStates({ client, goTo, say }: RoomTools): GalleryState[] {
  const start = async (): Promise<SessionView> => {
    // One question by name takes the manner of the interview before it.
    const { setup } = await client.interview.setupDefaults();
    await client.interview.start({ ...setup, packId: 'backend-engineer', kind: 'technical', pressure: 'tough', followUps: true });
    return client.interview.retry({ questionId: QUESTION, mode: 'practice' });
  };
  let server: FaultServer | undefined;
  let second: FaultServer | undefined;
  const cloud = async (): Promise<FaultServer> => {
    if (server) return server;
    server = await startFaultServer({ say: ({ asked }) => (asked?.messages.slice(-3).some(({ text }) => text.includes('one follow-up')) ? CLOUD : 'Good morning, and thank you for coming in. Let us begin.') });
    const { providerId } = await client.models.addProvider({ presetId: 'other', name: 'Company server', baseUrl: server.openaiUrl, model: 'interviewer-large' });
    second = await startFaultServer({ say: 'told you that the plan of one query had changed, and why that one?' });
    const spare = await client.models.addProvider({ presetId: 'other', name: 'Spare server', baseUrl: second.openaiUrl, model: 'interviewer-small' });
    await client.models.setOrder({ lane: 'interactive-deep', providerIds: [providerId, 'local', spare.providerId, 'openai', 'anthropic'] });
    return server;
  };
  const loadLocal = async (): Promise<void> => {
    const { modelId } = await client.models.addFile({ path: tinyModel({ says: LOCAL }) });
    await client.models.useModel({ modelId });
    await client.models.loadTest({ modelId });
  };

  return [
    { name: '60-models-in-use', open: async (page) => { await loadLocal(); await goTo('/settings/models')(page); await page.getByText('In use').first().scrollIntoViewIfNeeded(); } },
    { name: '61-models-too-large', open: async (page) => {
      const { dataFolder } = await client.app.status();
      const shipped = JSON.parse(readFileSync(join(import.meta.dirname, '../models/catalogue.json'), 'utf8')) as { models: { parametersB: number; aboutFileBytes: number; id: string; name: string; contextTokens: number; layers: number; keyValueWidth: number }[] };
      const [largest] = shipped.models.toSorted((a, b) => b.parametersB - a.parametersB);
      const { forModelsBytes } = (await client.models.local()).machine;
      // One that would fit with less to remember, one that would not at all; whatever this machine has.
      const close = { ...largest, id: 'close', name: 'A model that just does not fit', parametersB: 30, aboutFileBytes: Math.round(forModelsBytes * 0.93), layers: 64, keyValueWidth: 2048, contextTokens: 32_768 };
      const far = { ...largest, id: 'far', name: 'A model for a server', parametersB: 120, aboutFileBytes: forModelsBytes * 4, layers: 80 };
      mkdirSync(join(dataFolder, 'models-config'), { recursive: true });
      writeFileSync(join(dataFolder, 'models-config/catalogue.json'), JSON.stringify({ ...shipped, models: [...shipped.models.slice(0, 2), close, far] }));
      await page.waitForTimeout(800);
      await goTo('/settings/models')(page);
    } },
    { name: '62-room-local-speaks', open: async (page) => {
      const view = await settled(client, await say(await settled(client, await start()), ANSWER));
      await goTo(`/interview/${view.sessionId}`)(page);
    } },
    { name: '63-room-streaming', open: async (page) => {
      const playing = await cloud();
      await playing.setFault(null);
      playing.paceMs = 0;
      const view = await settled(client, await start());
      playing.paceMs = 700;
      await goTo(`/interview/${view.sessionId}`)(page);
      await say(view, ANSWER);
      await page.getByText('You said that you would look').waitFor();
      await page.waitForTimeout(2_500);
    } },
    { name: '64-room-switched', open: async (page) => {
      const playing = await cloud();
      playing.paceMs = 0;
      await playing.setFault(null);
      const view = await settled(client, await start());
      await playing.setFault('429');
      const after = await settled(client, await say(view, ANSWER));
      await goTo(`/interview/${after.sessionId}`)(page);
    } },
    { name: '65-room-broke-off', open: async (page) => {
      const playing = await cloud();
      await playing.setFault(null);
      const routes = (await client.models.routing()).lanes.find(({ lane }) => lane === 'interactive-deep')?.routes.map(({ providerId }) => providerId).filter((id) => id !== 'coach') ?? [];
      await client.models.setOrder({ lane: 'interactive-deep', providerIds: routes.filter((id) => id !== 'local') });
      await client.models.updateProvider({ providerId: 'local', change: { enabled: false } });
      const view = await settled(client, await start());
      await playing.setFault('cut-mid-stream');
      const after = await settled(client, await say(view, ANSWER));
      await goTo(`/interview/${after.sessionId}`)(page);
    } },
    { name: '66-routing-in-use', open: async (page) => { await client.models.updateProvider({ providerId: 'local', change: { enabled: true } }); await goTo('/settings/routing')(page); } },
    { name: '67-providers-connected', open: async (page) => {
      await (await cloud()).setFault(null);
      await client.models.testProvider({ providerId: 'company-server' }).catch(() => undefined);
      await goTo('/settings/providers')(page);
    }, done: async () => { await server?.close(); await second?.close(); } },
  ];
}
