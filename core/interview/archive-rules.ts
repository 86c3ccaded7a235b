const DAY_MS = 86_400_000;

/**
 * When interviews go to the archive. The tiers above it: what a model is given (`core/session/context-rules.ts`), turns as they were said,
 * and what is remembered of them in facts, summaries and vectors, which all stay.
 */
export const ARCHIVE_RULES = {
  /** An interview that ended longer ago than this… */
  endedMs: 180 * DAY_MS,
  /** …and that nobody opened for this long has its turns packed. */
  unopenedMs: 30 * DAY_MS,
  /** That one is opened again is written down no more often than this. */
  noteOpenedMs: DAY_MS,
  /** Interviews packed by one job: their rows are deleted in one go, which is to stay below 20 ms. */
  perJob: 5,
  /** Characters of unpacked interviews that are kept for reports that look back at several of them. */
  keptCharacters: 2_000_000,
} as const;
