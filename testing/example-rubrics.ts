import type { Rubric } from '../core/coach/rubric.ts';

/** Rubrics the coach's tests grade against; not shipped questions. */
export const replicaRubric: Rubric = {
  id: 'example-replica', kind: 'technical',
  question: 'Customers sometimes do not see a change they have just saved. The application reads from a replica. What happens, and what do you do?',
  points: [
    { id: 'lag', weight: 0.3, shows: 'Changes are copied from the primary to the replica with a delay, so a fresh write can be missing there.',
      said_as: ['replication goes from the primary to the replica and lags behind', 'the replica is behind the primary by some milliseconds', 'asynchronous replication, so the copy is stale for a moment'], follow_up: 'How does a change reach the replica?' },
    { id: 'route', weight: 0.3, shows: 'After a write, the same customer reads from the primary for a short time.',
      said_as: ['pin the session to the primary after a write', 'read your own writes from the primary for a few seconds', 'send the next reads of that customer to the primary'], follow_up: 'Where do the reads go right after a write?' },
    { id: 'order', weight: 0.2, shows: 'The cache entry is deleted after the transaction commits, never before it.',
      said_as: ['commit first, then delete the cache entry', 'invalidate the cache only after the commit', 'clear the cached value once the transaction has committed'], follow_up: 'When exactly do you clear the cache?' },
    { id: 'cause', weight: 0.2, shows: 'The replication lag grows because a long batch job saturates the disk of the replica.',
      said_as: ['heavy batch jobs cause the lag to grow', 'a bulk import saturates the disk, so the lag increases', 'lag increases when a long report hogs the replica'], follow_up: 'What makes the lag worse?' },
  ],
  red_flags: [
    { says: 'Believes that a replica is always up to date.', said_as: ['replication is instant, so the replica always has the newest data', 'reads from a replica are never stale'], contradicts: ['lag'] },
  ],
  model_answer: 'Replication is asynchronous: changes travel from the primary to the replica with a delay, so a fresh write can be missing on the replica for a moment. After a write I pin that customer to the primary for a few seconds, so they read their own writes. The cached entry is deleted after the transaction commits, because otherwise an old value is cached again. I also watch the lag: it grows because a long batch job saturates the disk of the replica, so I move those reports to a replica of their own.',
};

export const conflictRubric: Rubric = {
  id: 'example-story', kind: 'behavioural',
  question: 'Tell me about a time you found that a plan of your team would not work. What did you do?',
  points: [
    { id: 'situation', weight: 0.2, shows: 'One concrete plan, with what was at stake.', said_as: ['we were three weeks from the launch and the plan was to move everything in one night', 'the plan was to rewrite the importer'], follow_up: 'Which plan was it?' },
    { id: 'evidence', weight: 0.3, shows: 'Found evidence that the plan would fail, with numbers.', said_as: ['I measured how long the copy takes', 'I counted the records and it would have taken 30 hours'], follow_up: 'How did you know?' },
    { id: 'raised', weight: 0.25, shows: 'Raised it early with the people concerned and offered another way.', said_as: ['I showed the numbers to my lead the same day and proposed to move in three steps', 'I told the team at once and suggested an alternative'], follow_up: 'Whom did you tell?' },
    { id: 'result', weight: 0.25, shows: 'Tells the result and what was learned.', said_as: ['we moved in three weekends without an outage', 'since then I rehearse every migration first'], follow_up: 'How did it end?' },
  ],
  red_flags: [{ says: 'Kept the finding to themselves.', said_as: ['I said nothing, because it was not my plan', 'I let it fail so they would learn'], contradicts: ['raised'] }],
  model_answer: 'Last year we were three weeks from a launch, and the plan was to move all customer records in one night. I measured how long the copy takes on a sample and counted the records: it would have taken about 30 hours. I showed the numbers to my lead the same day and proposed to move in three steps, one region per weekend. She agreed, and I wrote the scripts and ran a rehearsal. We moved in three weekends without an outage. Since then I rehearse every migration before I promise a date.',
};
