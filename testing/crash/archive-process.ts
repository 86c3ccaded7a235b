// A process of its own that packs and opens the old interviews of a folder, over and over, until it is killed around a commit.
import { writeSync } from 'node:fs';
import { createInterviewArchive } from '../../core/interview/interview-archive.ts';
import { InterviewRepository } from '../../core/interview/interview-repository.ts';
import { isoFrom, SettableClock } from '../../core/sources.ts';
import { claimDataFolder } from '../../core/storage/data-folder.ts';
import { openStore } from '../../core/storage/open-store.ts';
import { TestFaults } from '../../core/storage/test-faults.ts';

const DAY_MS = 86_400_000;
const [folder = '', start = '', moment = 'before-commit', afterWrites = '0'] = process.argv.slice(2);
const clock = new SettableClock(start);
const { store } = openStore(claimDataFolder(folder), () => isoFrom(clock.now()));
const faults = new TestFaults();
faults.set({ kind: 'kill', moment: moment === 'after-commit' ? 'after-commit' : 'before-commit', afterWrites: Number(afterWrites) });
store.faults = faults;
const ids = store.sql.prepare<[], string>('SELECT id FROM interview').pluck().all();
const { job } = createInterviewArchive({ store, clock, again: () => {} });
writeSync(1, 'begun\n');
for (;;) {
  store.write(await job.run({}, { jobId: 'job', sessionId: null, attempt: 1, signal: new AbortController().signal, progress: () => {} }));
  const repository = new InterviewRepository(store, clock);
  for (const id of ids) repository.open(id);
  clock.advance(31 * DAY_MS);
}
