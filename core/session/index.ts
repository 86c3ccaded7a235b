export { assembleContext, type AssembledContext, type ContextInput, type LeftOut } from './context-assembly.ts';
export type { ContextTurn, Count, Frame, NoteKind } from './context-messages.ts';
export { CONTEXT_RULES, type ContextRules } from './context-rules.ts';
export { applyCompaction, planCompaction, verbatimTurns, workingSetTokens, type CompactionPlan, type Measure, type WorkingSet } from './compaction-policy.ts';
export { summariseTurns, summaryLines, type SummaryCues, type SummaryEntry, type SummaryTurn } from './extractive-summary.ts';
export { loadClaimCues, type ClaimCues } from './claim-cues.ts';
export { extractClaims, type Claim } from './claim-extraction.ts';
