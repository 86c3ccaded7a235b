import type { CalibratedCount } from './calibrated-count.ts';
import { assembleContext, type AssembledContext, type ContextInput } from './context-assembly.ts';
import { messageOf } from './context-messages.ts';
import type { ContextRules } from './context-rules.ts';

/** How often a call that came out too large is assembled anew. */
const ROUNDS = 4;

/**
 * Like `assembleContext`, within the budget by the count of whoever will answer: what comes out too large after all is assembled again
 * with as much less, and refused when it does not come down.
 */
export async function assembleExactly(input: Omit<ContextInput, 'count'>, counter: CalibratedCount, rules?: ContextRules): Promise<AssembledContext> {
  const { stable, facts, summary, recalled, turns, last, budgetTokens, frame } = input;
  await counter.learn([
    ...stable.map(({ text }) => text), ...turns.map((turn) => messageOf(turn).text), ...(last.said ? [last.said.text] : []), last.instruction,
    ...(['facts', 'summary', 'recalled'] as const).flatMap((kind) => { const items = { facts, summary, recalled }[kind]; return items.length > 0 ? [frame(kind, items)] : []; }),
    ...(facts.length > 0 && summary.length > 0 ? [`${frame('facts', facts)}\n\n${frame('summary', summary)}`] : []),
  ]);
  let [budget, neededTokens] = [budgetTokens, 0];
  for (let round = 0; round < ROUNDS && budget > 0; round++) {
    const context = assembleContext({ ...input, budgetTokens: budget, count: counter.count }, rules);
    if (!context.ok) return { ...context, neededTokens: Math.max(context.neededTokens, neededTokens), budgetTokens };
    const tokens = await counter.exact(context.messages);
    if (tokens <= budgetTokens) return { ...context, tokens };
    neededTokens = tokens;
    // Twice the excess from the second time on: what counts more than was thought may be in what is left.
    budget -= Math.ceil((tokens - budgetTokens) * (round + 1));
  }
  return { ok: false, code: 'CONTEXT_TOO_SMALL', neededTokens: Math.ceil(neededTokens), budgetTokens };
}
