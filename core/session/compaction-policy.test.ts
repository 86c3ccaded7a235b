import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compact, converse, exchange, interviewExchanges, measure } from '../../testing/long-conversation.ts';
import { applyCompaction, planCompaction, verbatimTurns, workingSetTokens, type WorkingSet } from './compaction-policy.ts';
import { CONTEXT_RULES, WORKING_TOKENS } from './context-rules.ts';

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

  it('is compacted above 70 % and comes out near 64 % of its budget', () => {
    const shares: number[] = [];
    fc.assert(fc.property(conversations, fc.integer({ min: 4500, max: 9000 }), (options, budgetTokens) => {
      let plan: ReturnType<typeof planCompaction> = null;
      for (const { compacted, set } of converse({ ...options, budgetTokens })) {
        const share = workingSetTokens(set, measure) / budgetTokens;
        if (plan) shares.push(plan.expectedTokens / budgetTokens);
        if (compacted) expect(share).toBeGreaterThan(CONTEXT_RULES.compactAtShare);
        else expect(share).toBeLessThanOrEqual(CONTEXT_RULES.compactAtShare);
        plan = compacted;
      }
    }), runs(60));
    expect(shares.length).toBeGreaterThan(20);
    for (const share of shares) expect(Math.abs(share - CONTEXT_RULES.compactToShare)).toBeLessThanOrEqual(0.05);
  });

  it('is of much the same size in every call: within 15 % of the middle from turn 20 on, and four in five within 10 % of turn 20', () => {
    const near: number[] = [];
    for (let dialogue = 1; dialogue <= 12; dialogue++) {
      const calls = [...converse({ exchanges: interviewExchanges(100, dialogue), budgetTokens: WORKING_TOKENS })].map(({ context }) => context.tokens).slice(9);
      const middle = (Math.min(...calls.slice(10)) + Math.max(...calls.slice(10))) / 2;
      for (const size of calls.slice(10)) expect(Math.abs(size / middle - 1)).toBeLessThanOrEqual(0.15);
      near.push(calls.filter((size) => Math.abs(size / (calls[0] ?? 0) - 1) <= 0.1).length / calls.length);
    }
    expect(average(near)).toBeGreaterThan(4 / 5);
  });

  it('of even exchanges is within 12 % of the middle in every call from turn 20 on, whatever the budget', () => {
    for (const budgetTokens of [3000, WORKING_TOKENS, 5000]) {
      const calls = [...converse({ exchanges: 200, budgetTokens, words: () => 80 })].map(({ context }) => context.tokens).slice(19);
      const middle = (Math.min(...calls) + Math.max(...calls)) / 2;
      expect(Math.max(...calls) / middle - 1).toBeLessThanOrEqual(0.12);
    }
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

  it('that takes a while is still good after more was said, and a later one is refused then', () => {
    let early: { plan: NonNullable<ReturnType<typeof planCompaction>>; calls: number } | undefined;
    for (const { set } of converse({ exchanges: 100, budgetTokens: 8000, compact: false })) {
      const plan = planCompaction(set, measure);
      if (!plan) continue;
      early ??= { plan, calls: 0 };
      if (++early.calls < 4) continue;
      expect(plan.toSeq).toBeGreaterThan(early.plan.toSeq);
      const applied = applyCompaction(set, early.plan, { summary: [] });
      expect(applied.summarisedTo).toBe(early.plan.toSeq);
      expect(applyCompaction(applied, plan, { summary: [] })).toBe(applied);
      return;
    }
    expect.unreachable();
  });

  it('leaves room for what was said, however many words the frame of a summary has', () => {
    const set = due();
    const wordy = { ...measure, frame: (kind: Parameters<typeof measure.frame>[0], items: readonly string[]) => `${'This is what was said before. '.repeat(12)}\n${measure.frame(kind, items)}` };
    const around = wordy.count([{ role: 'user', text: wordy.frame('summary', []) }]);
    expect(planCompaction(set, wordy)?.summaryTokens).toBeGreaterThan(around + 30);
  });

  it('keeps enough verbatim even when a large stable part takes the room', () => {
    let compactions = 0;
    const stable = [{ role: 'system' as const, text: 'A rule to keep. '.repeat(600) }];
    for (const { compacted, set } of converse({ exchanges: 120, budgetTokens: 6000, words: () => 25, stable })) {
      if (!compacted) continue;
      compactions++;
      const recent = verbatimTurns(set).filter(({ seq }) => seq > compacted.toSeq);
      expect(measure.count(recent.map(({ role, text }) => ({ role, text })))).toBeGreaterThanOrEqual(900);
      expect(compacted.sizeTokens - compacted.expectedTokens).toBeGreaterThanOrEqual(6000 * CONTEXT_RULES.leastGainShare);
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
    if (last && plan) expect(workingSetTokens(compact(last, plan, spoken), measure)).toBeLessThanOrEqual(3000 * CONTEXT_RULES.compactAtShare);
  });
});
