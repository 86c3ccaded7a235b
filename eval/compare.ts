import type { CaseResult } from './run-case.ts';

/** One case with two versions of its prompt. */
export interface ComparedCase { caseId: string; before: CaseResult; after: CaseResult; changed: boolean }
export interface Comparison { changed: ComparedCase[]; same: ComparedCase[]; better: number; worse: number }

/** Which cases came out otherwise: passed or not, or for other reasons. Words that differ are no change by themselves. */
export function compareResults(before: readonly CaseResult[], after: readonly CaseResult[]): Comparison {
  const later = new Map(after.map((result) => [result.caseId, result]));
  const pairs = before.flatMap((result): ComparedCase[] => {
    const other = later.get(result.caseId);
    return other ? [{ caseId: result.caseId, before: result, after: other, changed: result.passed !== other.passed || failures(result) !== failures(other) }] : [];
  });
  return {
    changed: pairs.filter(({ changed }) => changed), same: pairs.filter(({ changed }) => !changed),
    better: pairs.filter((pair) => !pair.before.passed && pair.after.passed).length, worse: pairs.filter((pair) => pair.before.passed && !pair.after.passed).length,
  };
}

/** What failed, whatever words it failed with. */
const failures = ({ faults, outcomes }: CaseResult): string => JSON.stringify([faults.length > 0, outcomes.filter(({ ok }) => ok === false).map(({ expectation }) => expectation)]);
