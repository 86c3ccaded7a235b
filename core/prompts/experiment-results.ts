import { MEASURES, type Estimate, type ExperimentResults, type ExperimentView } from '../contract/prompts.ts';
import { mean, newcombe, student, welch, wilson, within, type Interval } from './intervals.ts';
import type { ExperimentUse } from './prompt-repository.ts';

type Measure = Estimate['measure'];
/** What one use says about a measure, null when nothing; means of a scale lie between 0 and `most`. */
type Rule = { kind: 'share'; of(use: ExperimentUse): boolean | null } | { kind: 'scale'; most: number; of(use: ExperimentUse): number | null };

const RULES: Readonly<Record<Measure, Rule>> = {
  // Words that the person did not wait for tell nothing about whether they would have stood.
  'stood': { kind: 'share', of: ({ outcome }) => (outcome === 'interrupted' ? null : outcome === 'stood') },
  'thumbs-up': { kind: 'share', of: ({ rating }) => (rating === null ? null : rating === 'up') },
  // Where the coach spoke instead, nobody heard what there was to ask about, and it is never recorded either.
  'asked-again': { kind: 'share', of: ({ outcome, askedAgain }) => (outcome === 'stood' ? askedAgain > 0 : null) },
  'score': { kind: 'scale', most: 1, of: ({ score }) => score },
  'first-word-ms': { kind: 'scale', most: Infinity, of: ({ firstWordMs }) => firstWordMs },
  'duration-ms': { kind: 'scale', most: Infinity, of: ({ durationMs }) => durationMs },
  'input-tokens': { kind: 'scale', most: Infinity, of: ({ inputTokens }) => inputTokens },
  'output-tokens': { kind: 'scale', most: Infinity, of: ({ outputTokens }) => outputTokens },
};

export interface ExperimentRows {
  experiment: ExperimentView;
  uses: readonly ExperimentUse[];
  assigned: readonly { version: string; hash: string; sessions: number }[];
  /** The hash each version has now; a version that is not there any more is left out. */
  hashes: ReadonlyMap<string, string>;
}

/**
 * What an experiment came to so far. The session is the unit that was assigned, and its uses are alike, so each session counts once, with
 * its mean; intervals are 95 % and hold for one measure of one pair of arms, not for the best of all of them. No arm is called better.
 */
export function experimentResults({ experiment, uses, assigned, hashes }: ExperimentRows): ExperimentResults {
  const weights = new Map(experiment.arms.map(({ version, weight }) => [version, weight]));
  // An arm nobody was given is shown too, and so is what came of one that was taken out of the file since.
  const versions = [...new Set([...weights.keys(), ...assigned.map(({ version }) => version), ...uses.map(({ version }) => version)])];
  const arms = versions.flatMap((version) => {
    const [given, used] = [assigned.filter((row) => row.version === version), uses.filter((use) => use.version === version)];
    const now = hashes.get(version);
    const found = new Set([...given.toSorted((a, b) => b.sessions - a.sessions), ...used].map(({ hash }) => hash));
    const words = now !== undefined && (found.has(now) || found.size === 0) ? [now, ...found] : [...found];
    return [...new Set(words)].map((hash) => {
      const own = used.filter((use) => use.hash === hash);
      return { version, hash, current: hash === now, weight: weights.get(version) ?? 0, assigned: given.find((row) => row.hash === hash)?.sessions ?? 0, uses: own.length, estimates: MEASURES.map((measure) => estimate(measure, own)) };
    });
  });
  return { experiment, arms, differences: differencesOf(experiment, uses) };
}

/**
 * Each further arm minus the first, whatever words it had in its time: only whole arms were assigned by lot, an edit was not. What has
 * too little for an interval is left out.
 */
function differencesOf({ arms }: ExperimentView, uses: readonly ExperimentUse[]): ExperimentResults['differences'] {
  const [first, ...others] = arms.map(({ version }) => ({ version, uses: uses.filter((use) => use.version === version) }));
  if (!first) return [];
  return others.flatMap(({ version, uses: own }) => MEASURES.flatMap((measure) => {
    const difference = compare(measure, own, first.uses);
    return difference ? [{ measure, version, against: first.version, ...difference }] : [];
  }));
}

function estimate(measure: Measure, uses: readonly ExperimentUse[]): Estimate {
  const rule = RULES[measure];
  const { count, means } = bySession(rule, uses);
  const sessions = means.length;
  const value = sessions === 0 ? null : mean(means);
  const interval = rule.kind === 'scale' ? within(student(means), 0, rule.most) : value === null ? null : wilson({ share: value, count: sessions });
  return { measure, count, sessions, value, low: interval?.low ?? null, high: interval?.high ?? null };
}

function compare(measure: Measure, uses: readonly ExperimentUse[], against: readonly ExperimentUse[]): Interval | null {
  const rule = RULES[measure];
  const [own, theirs] = [bySession(rule, uses).means, bySession(rule, against).means];
  if (rule.kind === 'scale') return within(welch(own, theirs), -rule.most, rule.most);
  return newcombe({ share: mean(own), count: own.length }, { share: mean(theirs), count: theirs.length });
}

/** How many uses say something, and the mean of each session that has such uses. */
function bySession(rule: Rule, uses: readonly ExperimentUse[]): { count: number; means: number[] } {
  const sessions = new Map<string, number[]>();
  let count = 0;
  for (const use of uses) {
    const value = rule.of(use);
    if (value === null) continue;
    count++;
    const own = sessions.get(use.sessionId);
    if (own) own.push(Number(value));
    else sessions.set(use.sessionId, [Number(value)]);
  }
  return { count, means: [...sessions.values()].map(mean) };
}
