/** The most tokens that a call of an interview has, however many its lane offers: what was long ago is told as well by its summary. */
export const WORKING_TOKENS = 3600;

/**
 * Every number of context assembly, compaction, summary and claims. `…Share` is a part of 1: of the budget where it says so, else of
 * the room, which is the budget less the stable part. Tokens are the injected counter's.
 */
export const CONTEXT_RULES = {
  /** The most of one turn that is passed on, of the room; the middle of a longer one is left out. */
  turnShare: 0.35,
  /** Beginning and end share what is kept of a shortened turn; the question is answered in the beginning more often. */
  shortenedHeadShare: 0.6,
  /** Fewer characters of the new turn than this cannot be answered: the call is refused instead. */
  leastTurnCharacters: 200,
  /** Room of the facts, of the summary and of recalled memories. Recalled memories have theirs kept free whether there are any or not. */
  factsShare: 0.08,
  summaryShare: 0.12,
  recalledShare: 0.1,
  /** The most of one recalled passage. */
  recalledCharacters: 320,
  /** The most facts that are looked at; those that have room stand. */
  facts: 12,
  /** When turns outgrow the budget because no compaction came in time, the oldest go until this share of the budget is left. */
  dropToShare: 0.5,

  /** Of the budget: above this the oldest turns are to be summarised. */
  compactAtShare: 0.7,
  /** Of the budget: what a compaction is to come near to, summary included. The nearer it is to the one above, the steadier calls are, and the more is read anew. */
  compactToShare: 0.64,
  /** Of the budget: a compaction that frees less is not worth a new prefix. */
  leastGainShare: 0.02,
  /** Verbatim after a compaction: at least these turns, and at least this share of the budget. */
  recentTurns: 6,
  recentShare: 0.15,
  /** A summary may grow by this share of what it newly covers. */
  summaryRate: 0.2,
} as const;

export type ContextRules = { readonly [Name in keyof typeof CONTEXT_RULES]: number };

/** What makes a sentence worth keeping when no model summarises. Weights add up; a sentence below `least` is a phrase. */
export const SUMMARY_RULES = {
  figureWithUnit: 3, figure: 2, decision: 2, result: 2, own: 1, named: 0.5, mostNamed: 1.5,
  hedge: -1.5, filler: -0.5, short: -2, long: -1,
  shortWords: 5, longWords: 45,
  least: 2,
  /** A question's title alone, and the points an answer earned. */
  title: 1.5, points: 2.5,
  /** What an entry keeps of its weight at each compaction: what was said long ago gives way to what was said lately. */
  ageing: 0.9,
  sentenceCharacters: 220,
} as const;

/** What a model's summary is held to. */
export const MODEL_SUMMARY_RULES = {
  /** The most lines, and of the room of a summary the share that they may have: the rest is for the person's own sentences. */
  lines: 8, share: 0.6, lineCharacters: 220,
  /** Of such a line, for the next compaction that no model does. */
  weight: 3,
  /** After so long it is done without a model. */
  patienceMs: 60_000,
  /** A model is asked once in so many entries of the transcript: its prompt holds all it wrote before, and somebody pays for each. */
  everyEntries: 12,
} as const;

export const CLAIM_RULES = { objectWords: 6, employerWords: 4, sentenceCharacters: 220 } as const;
