// A process of its own for `offline-lock.test.ts`, so that its sockets can be observed from the first line on.
//   door DATA_DIR on|off        two requests beyond loopback through the door, given up after a moment
//   interview DATA_DIR on|off   a whole engine that holds a short interview and is asked for everything that could use the network
// The lock is set before, as it was left by an earlier start. What happened is printed as one line of JSON.
import { createEngine } from '../core/engine.ts';
import { createNetworkDoor } from '../core/inference/http.ts';
import { systemClock } from '../core/sources.ts';
import { claimDataFolder } from '../core/storage/data-folder.ts';
import { openStore } from '../core/storage/open-store.ts';
import { at, PROJECT, SETUP, submission } from './engine.ts';

const [mode, dataDir = '', lock] = process.argv.slice(2);
const BEYOND = ['http://example.invalid/', 'http://192.0.2.1/'];
const GIVE_UP_MS = 500;
const AFTERMATH_MS = 300;

await setLockAndTry(mode === 'door' ? BEYOND : []);
if (mode === 'interview') await holdInterview();

async function setLockAndTry(addresses: string[]): Promise<void> {
  const folder = claimDataFolder(dataDir);
  const { store } = openStore(folder, () => new Date().toISOString());
  const door = createNetworkDoor({ store, clock: systemClock, onChange: () => {}, env: {} });
  door.setLocked(lock === 'on');
  const tried = await Promise.all(addresses.map((address) => door.fetchFor('observed')(address, { signal: AbortSignal.timeout(GIVE_UP_MS) }).then(() => 'answered', (error: unknown) => (error as { fault?: string; name: string }).fault ?? (error as Error).name)));
  if (addresses.length > 0) console.log(JSON.stringify({ tried, state: door.state() }));
  await door.close();
  store.close();
  folder.release();
}

async function holdInterview(): Promise<void> {
  const engine = await createEngine({ dataDir, shell: 'none', version: '0.0.0-test', resourcesDir: PROJECT });
  const { interview, models } = engine.client;
  let view = await interview.start({ ...SETUP, questionCount: 2, pressure: 'tough' });
  for (let step = 0; view.phase !== 'ended' && step < 20; step++) {
    view = view.phase === 'feedback' ? await interview.next(at(view)) : await interview.answer({ ...at(view), submissionId: submission(), text: 'I would look at what the monitoring shows first, then narrow it down step by step and tell the team what I found.' });
    await pause();
  }
  const { answered } = await interview.report({ sessionId: view.sessionId });
  // Each of these may refuse; what counts is that none goes out.
  const asked = await Promise.allSettled(['openai', 'anthropic'].map(async (providerId) => models.testProvider({ providerId })));
  const catalogue = await Promise.allSettled([(async () => (await models.local()).models)()]);
  for (const found of catalogue) if (found.status === 'fulfilled' && found.value[0]) await models.download({ modelId: found.value[0].modelId }).catch(() => {});
  await pause();
  const state = await Promise.allSettled([(async () => models.network())()]);
  await engine.close();
  console.log(JSON.stringify({ answered, asked: asked.map(({ status }) => status), state: state[0]?.status === 'fulfilled' ? state[0].value : null }));
}

function pause(): Promise<void> { return new Promise((resume) => setTimeout(resume, AFTERMATH_MS)); }
