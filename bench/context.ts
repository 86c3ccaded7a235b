import { assembleContext } from '../core/session/index.ts';
import { converse, asContextTurn, compact, exchange, language, claimCues, measure } from '../testing/long-conversation.ts';
import { extractClaims } from '../core/session/claim-extraction.ts';
import { planCompaction, type WorkingSet } from '../core/session/compaction-policy.ts';
import { describe, quantile } from './distribution.ts';

const ROUNDS = 300;
const EXCHANGES = 500;
const timed = (work: () => void): number[] => Array.from({ length: ROUNDS + 20 }, () => { const start = performance.now(); work(); return performance.now() - start; }).slice(20);
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

/** Time of context assembly and compaction at 1,000 turns that nobody compacted, and tokens of each call over 200 turns with compaction. */
export async function run(): Promise<void> {
  const exchanges = Array.from({ length: EXCHANGES }, (_, number) => exchange(number));
  const spoken = exchanges.flatMap(({ question, answer }) => [question, answer]);
  const turns = spoken.map(asContextTurn);
  for (const budgetTokens of [7972, 200_000]) {
    const set: WorkingSet = { stable: [{ role: 'system', text: 'A rule to keep. '.repeat(100) }], facts: ['Works at Siemens'], summary: [], summarisedTo: null, turns, budgetTokens };
    const last = { said: { seq: turns.length, role: 'user' as const, text: 'word '.repeat(120) }, instruction: 'Go on.' };
    const input = { stable: set.stable, facts: set.facts, summary: [], recalled: Array.from({ length: 8 }, (_, index) => `memory ${index}`), turns, last, budgetTokens, ...measure };
    console.log(`assembly, 1,000 turns, budget ${budgetTokens}: ${describe(timed(() => { assembleContext(input); }))}`);
    console.log(`planning a compaction of them: ${describe(timed(() => { planCompaction(set, measure); }))}`);
    const plan = planCompaction(set, measure);
    const bySeq = new Map(spoken.map((turn) => [turn.seq, turn]));
    if (plan) {
      const times = Array.from({ length: 20 }, () => { const start = performance.now(); compact(set, plan, bySeq); return performance.now() - start; });
      console.log(`summary of ${plan.toSeq - plan.fromSeq + 1} turns without a model: ${describe(times)}`);
    }
  }
  console.log(`claims of one answer: ${describe(timed(() => { extractClaims(spoken.slice(1, 2), claimCues, language); }))}`);

  for (const budgetTokens of [2400, 4000, 7972]) {
    const calls = [...converse({ exchanges: 100, budgetTokens, recalled: (number) => [`memory ${number}`, `another ${number}`] })];
    const sizes = calls.map(({ context }) => context.tokens);
    // What a provider has not read before: all of a call after a compaction but for the system part, else what follows the stable messages.
    const anew = calls.map(({ context }, index) => {
      const known = index === 0 ? 0 : calls[index - 1]?.compacted ? 1 : calls[index - 1]?.context.stableMessages ?? 0;
      return measure.count(context.messages.slice(known));
    });
    const compactions = calls.flatMap(({ compacted, number }) => (compacted ? [number * 2 + 2] : []));
    const cycles: number[][] = [[]];
    for (const { context, compacted } of calls) { cycles.at(-1)?.push(context.tokens); if (compacted) cycles.push([]); }
    const means = cycles.slice(1, -1).map((cycle) => cycle.reduce((sum, size) => sum + size, 0) / cycle.length);
    console.log(`\n200 turns, budget ${budgetTokens} (estimated tokens): compactions after turns ${compactions.join(', ') || 'none'}`);
    console.log(`  tokens of the call at turn 20, 40 … 200: ${sizes.filter((_, index) => (index + 1) % 10 === 0).map((size) => size.toFixed(0)).join(' ')}`);
    console.log(`  from the first compaction on: ${describe(sizes.slice((compactions[0] ?? 0) / 2), 'tokens')}, of the budget ${percent(Math.min(...sizes.slice((compactions[0] ?? 0) / 2)) / budgetTokens)} to ${percent(Math.max(...sizes) / budgetTokens)}`);
    console.log(`  mean of each whole cycle: ${means.map((mean) => mean.toFixed(0)).join(' ') || 'none'}`);
    console.log(`  read anew per call: p50 ${quantile(anew, 0.5).toFixed(0)}, mean ${(anew.reduce((sum, size) => sum + size, 0) / anew.length).toFixed(0)}; without any reuse mean ${(sizes.reduce((sum, size) => sum + size, 0) / sizes.length).toFixed(0)}`);
  }
}

if (process.argv[1] === import.meta.filename) await run();
