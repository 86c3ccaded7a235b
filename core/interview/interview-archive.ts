import { z } from 'zod';
import { defineJob } from '../jobs/job-kind.ts';
import { isoFrom, type Clock } from '../sources.ts';
import { packRows, unpackRows } from '../storage/packed-rows.ts';
import type { Store } from '../storage/store.ts';
import { ArchiveRepository, type TurnsToPack } from './archive-repository.ts';
import { ARCHIVE_RULES } from './archive-rules.ts';

export interface ArchiveOptions {
  store: Store; clock: Clock;
  /** Told in the transaction of a job that left some for the next one: the place to add it. */
  again: () => void;
  /** Makes bytes of rows; whatever it makes, rows are deleted only if they can be had back from it. */
  pack?: typeof packRows;
}

/** The archive's background job; to be added once a day when there is something to do. Whoever opens an interview takes it out again. */
export function createInterviewArchive({ store, clock, again, pack = packRows }: ArchiveOptions) {
  const archive = new ArchiveRepository(store);
  const due = (limit: number): string[] => {
    const now = clock.now();
    return archive.due(isoFrom(now - ARCHIVE_RULES.endedMs), isoFrom(now - ARCHIVE_RULES.unopenedMs), limit);
  };
  const job = defineJob({
    kind: 'interview.archive', lane: 'cpu', priority: -10, attempts: 3, backoff: { firstMs: 60_000, mostMs: 3_600_000 }, input: z.object({}),
    title: () => 'Packing old interviews',
    async run(_input, { signal, progress }) {
      const ids = due(ARCHIVE_RULES.perJob);
      const packed: { turns: TurnsToPack; bytes: Uint8Array }[] = [];
      for (const [index, id] of ids.entries()) {
        signal.throwIfAborted();
        progress(index / ids.length, `${index} of ${ids.length}`);
        const turns = archive.turnsToPack(id);
        const bytes = await pack(turns);
        // Rows are deleted only for what comes back out the same.
        const { columns, rows } = unpackRows(bytes);
        if (JSON.stringify({ columns, rows }) === JSON.stringify({ columns: turns.columns, rows: turns.rows })) packed.push({ turns, bytes });
      }
      return () => {
        const still = new Set(due(ids.length));
        const done = packed.filter(({ turns, bytes }) => still.has(turns.id) && archive.replaceRows(turns, bytes, isoFrom(clock.now())));
        // One that changed meanwhile is still due; without the first condition a job that gets nowhere would follow itself for ever.
        if (done.length > 0 && due(1).length > 0) again();
      };
    },
  });
  return {
    job,
    /** Whether there is anything for the job to do. */
    isDue: (): boolean => due(1).length > 0,
  };
}
