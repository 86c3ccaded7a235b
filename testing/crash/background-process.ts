// A process of its own that holds interviews with a small context, changes the embedder at each start, and leaves scoring, compaction,
// reading and vectors to the queue, until it is killed. Told to end, it begins nothing and waits until the queue is empty.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionView } from '../../core/contract/interview.ts';
import { createEngine } from '../../core/engine.ts';
import { systemClock } from '../../core/sources.ts';
import { PROJECT, SETUP, at } from '../engine.ts';

const [dataDir = '', configDir = '', mode = 'run', afterWrites = '0'] = process.argv.slice(2);
const tell = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);
const engine = await createEngine({
  dataDir, shell: 'none', version: '0.0.0-crash', resourcesDir: PROJECT, clock: systemClock, testMode: { seed: 1 },
  providersFile: join(configDir, 'providers.json'), lanesFile: join(configDir, 'lanes.json'),
});
const { interview, jobs, memory } = engine.client;
const pause = (ms: number): Promise<void> => new Promise((resume) => setTimeout(resume, ms));

const waiting = await jobs.list();
tell({ found: true, jobs: waiting.jobs.filter(({ state }) => state === 'queued' || state === 'running').map(({ kind }) => kind) });
if (mode !== 'end') {
  const { embedders } = await memory.status();
  const other = embedders.find(({ state, embedderId }) => state === 'available' && !embedders.some((one) => one.state === 'building' && one.embedderId === embedderId));
  if (other) await memory.chooseEmbedder({ embedderId: other.embedderId });
}
if (mode === 'before-commit' || mode === 'after-commit') await (engine.client as unknown as { testMode: { setFault(fault: object): Promise<unknown> } }).testMode.setFault({ kind: 'kill', moment: mode, afterWrites: Number(afterWrites) });

let view: SessionView | undefined;
for (let step = 0; mode !== 'end'; step++) {
  const unfinished = (await interview.history({ state: 'unfinished', limit: 1 })).items[0];
  view = unfinished ? await interview.session({ sessionId: unfinished.sessionId }) : await interview.start({ ...SETUP, mode: 'exam', pressure: 'tough', minutes: 20, questionCount: 4 });
  if (view.turns.some(({ state }) => state === 'speaking')) { await pause(5); continue; }
  const text = `In my last job at Acme we had a queue that fell behind each morning, so I measured it first. I moved the reports into a nightly job and we cut the lag from 40 minutes to 4. This is answer ${process.pid}-${step}, and I have written so much because a context fills up with answers such as this one, which tell what was done, by whom, and what came of it in the end.`;
  const after = await interview.answer({ ...at(view), submissionId: `crash-${process.pid}-${step}`, text }).catch(() => undefined); // another turn came between
  if (after) tell({ answered: text, sessionId: view.sessionId });
}
let again = 0;
for (let quiet = 0; quiet < 3;) {
  const { jobs: all, running, waiting: left } = await jobs.list();
  // Given up after crashes in a row, as a job must be that takes the app down; the person's button tries again.
  const crashed = all.filter(({ state, error }) => state === 'failed' && error?.code === 'crashed');
  for (const { jobId } of crashed) { again++; await jobs.retry({ jobId }); }
  quiet = running + left + crashed.length === 0 ? quiet + 1 : 0;
  await pause(100);
}
tell({ ended: true, again });
await engine.close();
