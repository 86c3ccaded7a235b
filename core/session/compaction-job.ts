import { z } from 'zod';
import { defineJob, type JobQueue } from '../jobs/index.ts';
import type { Conversations, OpenConversation } from './conversations.ts';

/**
 * Summarises the oldest turns of a conversation in the background. Killed, failed or cancelled, it has changed nothing.
 * @param compacted told in the transaction that writes the summary
 */
export function defineCompactionJob(conversations: Conversations, open: OpenConversation, compacted: (sessionId: string) => void = () => {}) {
  return defineJob({
    // The lane of models, which waits while a person is being answered: without any model it takes some milliseconds there.
    kind: 'session.compact', lane: 'model', priority: 10, attempts: 3, backoff: { firstMs: 2_000, mostMs: 60_000 },
    input: z.object({ sessionId: z.string() }),
    title: () => 'Shortening an interview for its interviewer',
    async run({ sessionId }, { signal, progress }) {
      const commit = await conversations.compact(sessionId, open, signal, progress);
      return () => { commit(); compacted(sessionId); };
    },
  });
}

/** Adds it, once a conversation. */
export const addCompaction = (queue: Pick<JobQueue, 'add'>, job: ReturnType<typeof defineCompactionJob>, sessionId: string): void => { queue.add(job, { sessionId }, { key: sessionId, sessionId }); };
