import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { startTestEngine, temporaryFolder } from './engine.ts';
import { startCloudProxy } from './cloud-proxy.ts';
import { startFaultServer } from './fault-server/fault-server.ts';
import { systemClock } from '../core/sources.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => { vi.unstubAllEnvs(); for (const end of ends.splice(0).reverse()) await end(); });

it('what is sent to a model elsewhere to be compared is told while one is chosen, with its host, and not with the Offline lock on', async () => {
  const cloud = await startFaultServer({ say: 'Hello.' });
  ends.push(() => cloud.close());
  const proxy = await startCloudProxy({ 'cloud.test': cloud.port });
  ends.push(() => proxy.close());
  for (const [name, value] of [['HTTP_PROXY', proxy.url], ['http_proxy', proxy.url], ['NO_PROXY', ''], ['no_proxy', ''], ['COMPARED_TEST_KEY', 'a-key']] as const) vi.stubEnv(name, value);
  const folder = temporaryFolder();
  ends.push(() => folder.dispose());
  const providersFile = join(folder.path, 'providers.json'), lanesFile = join(folder.path, 'lanes.json');
  writeFileSync(providersFile, JSON.stringify({ version: 1, providers: [{ id: 'cloud', kind: 'openai', name: 'Cloud', baseUrl: 'http://cloud.test/v1', model: 'model-a', embeddingModel: 'emb', keyEnv: 'COMPARED_TEST_KEY' }] }));
  writeFileSync(lanesFile, JSON.stringify({ version: 1, lanes: {
    embedding: { about: 'T', order: ['cloud'], priority: 'background', concurrency: 4, contextTokens: 8192, maxOutputTokens: 120, firstTokenTimeoutMs: 4000, idleTimeoutMs: 4000, timeoutMs: 20000, cache: false, tokenLimit: null, costLimitMicroUsd: null },
  } }));
  const app = await startTestEngine({ dataDir: join(folder.path, 'data'), providersFile, lanesFile, clock: systemClock as never });
  ends.push(() => app.stop());
  const { client } = app;
  const told = async () => (await client.app.status()).comparing;
  await client.memory.add({ kind: 'note', title: 'a', text: 'We moved the reports into a queue.' });
  expect(await told()).toBeNull();
  const { embedders } = await client.memory.status();
  const away = embedders.find(({ place }) => place === 'away');
  await client.memory.chooseEmbedder({ embedderId: away?.embedderId ?? '' });
  const expected = { name: away?.name, host: 'cloud.test' };
  expect(await told()).toEqual(expected);
  await vi.waitFor(async () => expect((await client.memory.status()).embedders.find(({ place }) => place === 'away')?.state).toBe('in-use'), 10_000);
  expect(await told()).toEqual(expected);

  await client.models.setOfflineLock({ on: true });
  expect(await told()).toBeNull();
  await client.models.setOfflineLock({ on: false });
  expect(await told()).toEqual(expected);
  await client.memory.chooseEmbedder({ embedderId: embedders.find(({ place }) => place === 'here')?.embedderId ?? '' });
  expect(await told()).toBeNull();
}, 30_000);
