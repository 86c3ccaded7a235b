import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compact, converse, exchange, measure } from '../../testing/long-conversation.ts';
import { applyCompaction, planCompaction, verbatimTurns, workingSetTokens, type WorkingSet } from './compaction-policy.ts';
import { CONTEXT_RULES } from './context-rules.ts';

const seed = Number(process.env['ROLE_ACCEL_SEED'] ?? Date.now() % 2 ** 31);
console.info(`compaction: properties with ROLE_ACCEL_SEED=${seed}`);
const runs = (numRuns: number): fc.Parameters<unknown> => ({ seed, numRuns });

/** A conversation of some size as of the call before a compaction is due, and after it. */
const conversations = fc.record({ budgetTokens: fc.integer({ min: 2500, max: 9000 }), lengths: fc.array(fc.integer({ min: 5, max: 160 }), { minLength: 20, maxLength: 20 }), exchanges: fc.integer({ min: 1, max: 120 }) })
  .map(({ lengths, ...rest }) => ({ ...rest, words: (number: number) => lengths[number % lengths.length] ?? 90 }));
const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
/** All messages as one text, as a provider's template would lay them out, without what belongs to one call alone. */
const told = (messages: readonly { role: string; text: string }[]): string => messages.map(({ role, text }) => `\u0001${role}\u0002${text}`).join('');

describe('a growing conversation', () => {
  it('begins with the same bytes from call to call, up to the end of the new turn, until a compaction is applied', () => {
    fc.assert(fc.property(conversations, fc.boolean(), (options, recalls) => {
      let before: { prefix: string; messages: string } | undefined;
      for (const { context, set, compacted, number } of converse({ ...options, ...(recalls ? { recalled: (number: number) => [`memory ${number}`, `another ${number * 7}`] } : {}) })) {
        if (before) {
          expect(told(context.messages).startsWith(before.prefix)).toBe(true);
          expect(told(context.messages).startsWith(before.messages)).toBe(true);
        }
        const said = set.turns.at(-1)?.text ?? '';
        const all = told(context.messages);
        before = compacted ? undefined : { prefix: all.slice(0, all.lastIndexOf(said) + said.length), messages: told(context.messages.slice(0, context.stableMessages)) };
        expect(all.lastIndexOf(said), `call ${number}`).toBeGreaterThan(0);
      }
    }), runs(60));
  });

  it('stays within the budget, loses no turn, and summarises each once and in order', () => {
    fc.assert(fc.property(conversations, (options) => {
      let summarised = -1;
      for (const { context, compacted, set, number } of converse(options)) {
        expect(context.tokens).toBeLessThanOrEqual(options.budgetTokens);
        expect(context.leftOut).toEqual([]);
        expect(verbatimTurns(set)[0]?.seq).toBe(summarised + 1);
        expect(set.turns.at(-1)?.seq).toBe(number * 2 + 1);
        if (!compacted) continue;
        expect(compacted.fromSeq).toBe(summarised + 1);
        summarised = compacted.toSeq;
        expect(summarised % 2).toBe(1);
        const recent = verbatimTurns(set).filter(({ seq }) => seq > summarised);
        expect(recent.length).toBeGreaterThanOrEqual(CONTEXT_RULES.recentTurns);
        expect(measure.count(recent.map(({ role, text }) => ({ role, text })))).toBeGreaterThanOrEqual(options.budgetTokens * CONTEXT_RULES.recentShare);
      }
    }), runs(60));
  });

  it('is compacted above 70 % and comes out at 40 to 50 % of its budget, when no exchange is large', () => {
    const shares: number[] = [];
    fc.assert(fc.property(conversations, fc.integer({ min: 4500, max: 9000 }), (options, budgetTokens) => {
      let due: number | null = null;
      for (const { compacted, set } of converse({ ...options, budgetTokens })) {
        const share = workingSetTokens(set, measure) / budgetTokens;
        if (due !== null) {
          // The exchange that was said since is taken off again.
          const [question, answer] = set.turns.slice(-2);
          const after = share - measure.count([question, answer].flatMap((turn) => (turn ? [{ role: turn.role, text: turn.text }] : []))) / budgetTokens;
          shares.push(after);
          expect(after).toBeGreaterThan(0.4);
          expect(after).toBeLessThanOrEqual(0.5);
        }
        if (compacted) expect(share).toBeGreaterThan(CONTEXT_RULES.compactAtShare);
        else expect(share).toBeLessThanOrEqual(CONTEXT_RULES.compactAtShare);
        due = compacted?.expectedTokens ?? null;
      }
    }), runs(60));
    expect(shares.length).toBeGreaterThan(20);
  });

  it.each([2400, 2700, 4000, 8000])('costs in every cycle what it cost in the one of turn 20 or the first whole one, within 10 %% (budget %i)', (budgetTokens) => {
    const cycles: { sizes: number[]; to: number }[] = [{ sizes: [], to: 0 }];
    for (const { context, compacted, number } of converse({ exchanges: 400, budgetTokens })) {
      cycles.at(-1)?.sizes.push(context.tokens);
      if (!compacted) continue;
      Object.assign(cycles.at(-1) ?? {}, { to: number * 2 + 1 });
      cycles.push({ sizes: [], to: 0 });
    }
    const whole = cycles.slice(1, -1);
    const first = whole.find(({ to }) => to >= 20);
    expect(whole.length).toBeGreaterThan(5);
    for (const { sizes } of whole) expect(Math.abs(average(sizes) / average(first?.sizes ?? []) - 1)).toBeLessThanOrEqual(0.1);
  });

  it('never leaves ± 10 % of turn 20 in any call when a compaction frees little, which costs a new prefix every other exchange', () => {
    const rules = { ...CONTEXT_RULES, compactToShare: 0.66, leastGainShare: 0.01 };
    const calls = [...converse({ exchanges: 100, budgetTokens: 3000, rules })];
    const turn20 = calls[9]?.context.tokens ?? 0;
    const later = calls.slice(10).map(({ context }) => context.tokens / turn20);
    expect(Math.min(...later)).toBeGreaterThan(0.9);
    expect(Math.max(...later)).toBeLessThan(1.1);
    expect(calls.filter(({ compacted }) => compacted).length).toBeGreaterThan(40);
  });
});

describe('a compaction', () => {
  /** The working set of the first call after which one is due. */
  const due = (): WorkingSet => {
    for (const { compacted, set } of converse({ exchanges: 100, budgetTokens: 4000 })) if (compacted) return set;
    throw new Error('none was due');
  };

  it('that is not applied changes nothing', () => {
    const set = due();
    const before = JSON.stringify(set);
    const plan = planCompaction(set, measure);
    expect(planCompaction(set, measure)).toEqual(plan);
    expect(JSON.stringify(set)).toBe(before);
  });

  it('that is outdated is refused', () => {
    const set = due();
    const plan = planCompaction(set, measure);
    if (!plan) throw new Error('no plan');
    const once = applyCompaction(set, plan, { summary: [] });
    expect(once).not.toBe(set);
    expect(applyCompaction(once, plan, { summary: [] })).toBe(once);
    expect(applyCompaction(set, { fromSeq: plan.fromSeq, toSeq: 9999 }, { summary: [] })).toBe(set);
  });

  it('planned ahead of time is still good when it is due', () => {
    let ahead: ReturnType<typeof planCompaction> = null;
    for (const { compacted, set } of converse({ exchanges: 100, budgetTokens: 8000 })) {
      ahead ??= planCompaction(set, measure, CONTEXT_RULES.prepareAtShare);
      if (!compacted) continue;
      const applied = applyCompaction(set, ahead ?? compacted, { summary: [] });
      expect(applied.summarisedTo).toBe(ahead?.toSeq);
      // The one that was due holds the same turns and some more: it may not be applied as well.
      expect(applyCompaction(applied, compacted, { summary: [] })).toBe(applied);
      expect(ahead?.toSeq).toBeLessThan(compacted.toSeq);
      expect(workingSetTokens(applied, measure) / 8000).toBeLessThan(CONTEXT_RULES.prepareAtShare);
      return;
    }
    expect.unreachable();
  });

  it('keeps enough verbatim even when a large stable part takes the room', () => {
    let compactions = 0;
    const stable = [{ role: 'system' as const, text: 'A rule to keep. '.repeat(600) }];
    for (const { compacted, set } of converse({ exchanges: 120, budgetTokens: 6000, words: () => 25, stable })) {
      if (!compacted) continue;
      compactions++;
      const recent = verbatimTurns(set).filter(({ seq }) => seq > compacted.toSeq);
      expect(measure.count(recent.map(({ role, text }) => ({ role, text })))).toBeGreaterThanOrEqual(900);
      expect(compacted.sizeTokens - compacted.expectedTokens).toBeGreaterThanOrEqual(600);
    }
    expect(compactions).toBeGreaterThan(1);
  });

  it('takes new facts in', () => {
    const set = due();
    const plan = planCompaction(set, measure);
    if (!plan) throw new Error('no plan');
    expect(applyCompaction(set, plan, { summary: [], facts: ['Prefers Go'] }).facts).toEqual(['Prefers Go']);
    expect(applyCompaction(set, plan, { summary: [] }).facts).toEqual(set.facts);
  });

  it('is not planned when what stays verbatim leaves nothing to gain', () => {
    const turns = [0, 1, 2].flatMap((number) => { const { question, answer } = exchange(number, 400); return [question, answer]; });
    const set: WorkingSet = { stable: [], facts: [], summary: [], summarisedTo: null, turns, budgetTokens: 2000 };
    expect(workingSetTokens(set, measure)).toBeGreaterThan(1400);
    expect(planCompaction(set, measure)).toBeNull();
  });

  it('is not needed to stay within the budget: the oldest turns go, at once and seldom, and it still finds them', () => {
    const starts: number[] = [];
    let last: WorkingSet | undefined;
    for (const { context, set } of converse({ exchanges: 120, budgetTokens: 3000, compact: false })) {
      expect(context.tokens).toBeLessThanOrEqual(3000);
      starts.push(context.from);
      last = set;
    }
    const moves = starts.filter((start, index) => index > 0 && start !== starts[index - 1]).length;
    expect(moves).toBeGreaterThan(3);
    expect(moves).toBeLessThan(30);
    const plan = last && planCompaction(last, measure);
    expect(plan?.fromSeq).toBe(0);
    const spoken = new Map(Array.from({ length: 120 }, (_, number) => exchange(number)).flatMap(({ question, answer }) => [[question.seq, question], [answer.seq, answer]] as const));
    if (last && plan) expect(workingSetTokens(compact(last, plan, spoken), measure)).toBeLessThanOrEqual(1500);
  });
});
