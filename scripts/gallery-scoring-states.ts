import type { Page } from '@playwright/test';
import type { TestEngineClient } from '../core/contract/index.ts';
import type { Report } from '../core/contract/interview.ts';
import { startFaultServer, type FaultServer } from '../testing/fault-server/fault-server.ts';
import { lenientReader, readsPoints } from '../testing/reads-points.ts';
import { exampleAnswer } from '../testing/seed-history.ts';
import { settled } from '../testing/settled.ts';
import type { RoomTools } from './gallery-model-states.ts';
import type { GalleryState } from './gallery-states.ts';

type Second = Report['second']['state'];

/** Reports before, while and after a model reads the answers as well. `model` gives a question's own model answer. */
export function scoringStates({ client, goTo, model }: RoomTools & { model: (questionId: string) => string }): GalleryState[] {
  let server: FaultServer | undefined;
  let sessionId: string | undefined;
  /** Held with nobody to read it, so that the person asks; the same one for all pictures. */
  const held = async (): Promise<string> => {
    if (sessionId !== undefined) return sessionId;
    await removeProviders(client);
    const { setup } = await client.interview.setupDefaults();
    let view = await client.interview.start({ ...setup, packId: 'backend-engineer', level: 'mid', kind: 'technical', mode: 'exam', pressure: 'neutral', followUps: false, questionCount: 5 });
    for (let number = 0; view.phase !== 'ended'; number++) {
      view = await settled(client, view);
      const command = { sessionId: view.sessionId, revision: view.revision };
      await client.testMode.setClock({ advanceMs: 130_000 });
      const text = view.phase === 'closing' ? 'No, thank you.' : exampleAnswer('mixed', number + 1, model(view.current?.questionId ?? ''));
      view = await client.interview.answer({ ...command, submissionId: `scoring-${view.sessionId}-${number}`, text });
    }
    return (sessionId = view.sessionId);
  };
  const reader = async (): Promise<FaultServer> => {
    if (!server) server = await startFaultServer({ say: readsPoints(lenientReader) });
    const { providers } = await client.models.providers();
    if (!providers.some(({ name }) => name === 'Reader')) {
      const { providerId } = await client.models.addProvider({ presetId: 'other', name: 'Reader', baseUrl: server.openaiUrl, model: 'reader-3b' });
      await client.models.setOrder({ lane: 'background', providerIds: [providerId, 'local', 'openai', 'anthropic'] });
    }
    return server;
  };
  const until = async (id: string, ...states: Second[]): Promise<void> => {
    for (let tries = 0; tries < 300; tries++) {
      if (states.includes((await client.interview.report({ sessionId: id })).second.state)) return;
      await new Promise((resume) => setTimeout(resume, 50));
    }
    throw new Error(`the second reading is not ${states.join(' or ')}`);
  };
  const show = async (page: Page, question?: number): Promise<void> => {
    await goTo(`/interview/${await held()}/report`)(page);
    if (question !== undefined) await page.getByRole('navigation', { name: 'Questions' }).getByRole('button').nth(question).click();
    await page.waitForTimeout(400);
  };
  const done = async (): Promise<void> => {
    const [playing, id] = [await reader(), await held()];
    playing.paceMs = 0;
    await playing.setFault(null);
    for (const { providerId, name } of (await client.models.providers()).providers) if (name === 'Reader') await client.models.resetBreaker({ providerId });
    if ((await client.interview.report({ sessionId: id })).second.state === 'done') return;
    await client.interview.refine({ sessionId: id, which: 'missing' });
    await until(id, 'done');
  };

  return [
    { name: '75-scoring-no-model', open: async (page) => { await held(); await show(page); } },
    { name: '76-scoring-can-ask', open: async (page) => { await held(); await reader(); await show(page); } },
    { name: '76-scoring-can-ask-away', open: async (page) => {
      await held();
      await removeProviders(client);
      const { providerId } = await client.models.addProvider({ presetId: 'other', name: 'Company server', baseUrl: 'https://models.example.com/v1', model: 'interviewer-large' });
      await client.models.setOrder({ lane: 'background', providerIds: [providerId, 'local', 'openai', 'anthropic'] });
      await show(page);
    }, done: () => removeProviders(client) },
    { name: '77-scoring-failed', open: async (page) => {
      const [playing, id] = [await reader(), await held()];
      await playing.setFault('schema-violation');
      await client.interview.refine({ sessionId: id, which: 'missing' });
      await until(id, 'failed');
      await show(page);
    } },
    { name: '78-scoring-waiting', open: async (page) => {
      const [playing, id] = [await reader(), await held()];
      await playing.setFault('503');
      await client.interview.refine({ sessionId: id, which: 'missing' });
      await until(id, 'waiting');
      await page.waitForTimeout(600);
      await show(page);
    } },
    { name: '79-scoring-running', open: async (page) => {
      await done();
      const playing = await reader();
      playing.paceMs = 25;
      await client.interview.refine({ sessionId: await held(), which: 'all' });
      await page.waitForTimeout(6_000);
      await show(page);
    }, done: async () => { if (sessionId !== undefined) { await (await reader()).setFault(null); (await reader()).paceMs = 0; await until(sessionId, 'done'); } } },
    { name: '80-scoring-done', open: async (page) => { await done(); await show(page); } },
    { name: '81-scoring-question', open: async (page) => { await done(); await show(page, 2); } },
    { name: '81-scoring-question-model', open: async (page) => { await done(); await show(page, 2); await page.getByRole('radio', { name: 'Model' }).check({ force: true }); await page.waitForTimeout(200); } },
    { name: '82-scoring-disagree', open: async (page) => {
      await done();
      const { second } = await client.interview.report({ sessionId: await held() });
      await show(page, (second.disagreements[0] ?? 0) + 1);
    } },
    { name: '83-scoring-one-question', open: async (page) => {
      await reader();
      const view = await settled(client, await client.interview.retry({ questionId: 'be-slow-order-list', mode: 'exam' }));
      const after = await client.interview.answer({ sessionId: view.sessionId, revision: view.revision, submissionId: `scoring-${view.sessionId}`, text: 'I would run EXPLAIN on the query to see what it does. Probably it goes through the whole table with a sequential scan because there is no suitable index, so I would add an index on the customer id and the date together, and build it while nobody is using the site.' });
      const ended = after.phase === 'ended' ? after : await client.interview.end({ sessionId: after.sessionId, revision: (await settled(client, after)).revision });
      await until(ended.sessionId, 'done');
      await goTo(`/interview/${ended.sessionId}/report`)(page);
      await page.waitForTimeout(400);
    }, done: async () => { await server?.close(); } },
  ];
}

async function removeProviders(client: TestEngineClient): Promise<void> {
  for (const { providerId, kind } of (await client.models.providers()).providers) if (kind === 'openai-compatible') await client.models.removeProvider({ providerId });
}
