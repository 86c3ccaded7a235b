import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../testing/engine.ts';
import { connection, ScriptedModel, type Script } from '../../../testing/scripted-models.ts';
import { isoFrom, SettableClock } from '../../sources.ts';
import { claimDataFolder } from '../../storage/data-folder.ts';
import { openStore } from '../../storage/open-store.ts';
import type { Store } from '../../storage/store.ts';
import { BudgetRepository } from '../budget-repository.ts';
import { Budget, withBudget, type BudgetAlert, type BudgetLimits } from './budget.ts';
import { newNotes } from './middleware.ts';
import { costOf, findPrice, type Price } from './prices.ts';

const LANE = 'interactive-deep';
const PRICE: Price = { provider: 'a', model: 'm', inputMicroUsd: 1_000_000, cachedInputMicroUsd: 100_000, outputMicroUsd: 2_000_000, source: 'a test', checked: '2026-11-20' };
const limits = (tokenLimit: number | null, costLimitMicroUsd: number | null = null): BudgetLimits => ({ tokenLimit, costLimitMicroUsd });
const tokens = (count: number) => ({ tokens: count, costMicroUsd: null });

let [clock, store, alerts, budget]: [SettableClock, Store, BudgetAlert[], Budget] = [] as never;
let dispose: () => void;
const open = (): Budget => new Budget({ repository: new BudgetRepository(store), clock, onAlert: (alert) => alerts.push(alert) });
beforeEach(() => {
  const temporary = temporaryFolder();
  const folder = claimDataFolder(temporary.path);
  clock = new SettableClock('2026-11-30T23:59:00.000Z');
  store = openStore(folder, () => isoFrom(clock.now())).store;
  alerts = [];
  budget = open();
  dispose = () => { budget.close(); store.close(); folder.release(); temporary.dispose(); };
});
afterEach(() => dispose());

describe('a budget', () => {
  it('holds what running calls may use, so that they cannot exceed it together', () => {
    const first = budget.reserve(LANE, limits(1_000), 'a', tokens(600));
    expect(() => budget.reserve(LANE, limits(1_000), 'b', tokens(600))).toThrow(expect.objectContaining({ fault: 'over-budget' }));
    first.settle(tokens(100));
    budget.reserve(LANE, limits(1_000), 'b', tokens(600)).release();
    expect(budget.view(LANE, limits(1_000)).tokens).toBe(100);
  });

  it('is over while what was refused would still be refused', () => {
    const running = budget.reserve(LANE, limits(1_000), 'a', tokens(900));
    expect(budget.isOver(LANE, limits(1_000))).toBe(false);
    expect(() => budget.reserve(LANE, limits(1_000), 'a', tokens(200))).toThrow();
    expect(budget.isOver(LANE, limits(1_000))).toBe(true);
    running.release();
    expect([budget.isOver(LANE, limits(1_000)), budget.isOver(LANE, limits(0)), budget.isOver(LANE, limits(null))]).toEqual([false, true, false]);
  });

  it('tells of 80, 90, 95 and 100 per cent once each', () => {
    const spend = (count: number): void => budget.reserve(LANE, limits(1_000), 'a', tokens(0)).settle(tokens(count));
    spend(799); expect(alerts).toEqual([]);
    spend(1); spend(50); expect(alerts.map(({ threshold }) => threshold)).toEqual([80]);
    spend(105); expect(alerts.map(({ threshold }) => threshold)).toEqual([80, 90, 95]);
    expect(budget.view(LANE, limits(1_000)).alert).toBe(95);
    spend(45); spend(0);
    expect(alerts.map(({ threshold }) => threshold)).toEqual([80, 90, 95, 100]);
  });

  it('does not repeat an alert after a restart, nor the month before in the next one', () => {
    budget.reserve(LANE, limits(1_000), 'a', tokens(0)).settle(tokens(850));
    budget.close();
    budget = open();
    budget.reserve(LANE, limits(1_000), 'a', tokens(0)).settle(tokens(10));
    expect(alerts.map(({ month, threshold }) => [month, threshold])).toEqual([['2026-11', 80]]);
    clock.advance(60_000);
    expect(budget.view(LANE, limits(1_000))).toMatchObject({ month: '2026-12', tokens: 0, alert: null });
    budget.reserve(LANE, limits(1_000), 'a', tokens(0)).settle(tokens(800));
    expect(alerts.at(-1)).toEqual({ lane: LANE, month: '2026-12', threshold: 80 });
  });

  it('books a call that crosses midnight in the month it began', () => {
    const reservation = budget.reserve(LANE, limits(1_000), 'a', tokens(100));
    clock.advance(120_000);
    reservation.settle(tokens(70));
    expect(budget.view(LANE, limits(1_000)).tokens).toBe(0);
    budget.flush();
    expect(new BudgetRepository(store).total(LANE, '2026-11').tokens).toBe(70);
  });

  it('keeps what the disk refused and writes it later, in one write', () => {
    let full = true;
    let writes = 0;
    store.faults = { beforeWrite: () => { writes++; if (full) throw new Error('full'); }, beforeCommit: () => {}, afterCommit: () => {} };
    for (let i = 0; i < 10; i++) budget.reserve(LANE, limits(null), 'a', tokens(5)).settle({ tokens: 5, costMicroUsd: 3 });
    budget.flush();
    full = false;
    budget.flush();
    store.faults = undefined;
    expect([writes, new BudgetRepository(store).total(LANE, '2026-11')]).toEqual([2, { calls: 10, unpriced: 0, tokens: 50, cost: 30 }]);
  });
});

describe('the middleware', () => {
  const run = async (script: Script, price: Price | null = PRICE, most = limits(null), leave = false) => {
    const notes = newNotes();
    const model = withBudget({ budget, lane: LANE, limits: most, providerId: 'a', price: price ?? undefined, notes })(new ScriptedModel('a', script));
    let end = '';
    for await (const part of model.stream({ messages: [{ role: 'user', text: 'x'.repeat(35) }], maxOutputTokens: 100 }, { signal: new AbortController().signal, reason: 'test', priority: 'interactive' })) {
      end = part.type === 'error' ? part.error.fault : part.type;
      if (leave && part.type === 'text-delta') break;
    }
    const { tokens, costMicroUsd, unknownCalls } = budget.view(LANE, most);
    return { end, notes, used: [tokens, costMicroUsd, unknownCalls] };
  };

  it('books what the provider counted, with cached input at its own price', async () => {
    const { notes, used } = await run(['Hello.', { end: { inputTokens: 100, outputTokens: 10, cachedInputTokens: 90 } }]);
    expect([notes.costMicroUsd, used]).toEqual([10 + 9 + 20, [110, 39, 0]]);
  });
  it('keeps its guess where the provider counts nothing', async () => {
    const { notes, used } = await run(['Hello.', { end: { inputTokens: null, outputTokens: null, cachedInputTokens: null } }]);
    expect([notes.costMicroUsd, used]).toEqual([null, [110, 210, 0]]);
  });
  it('counts a call without a price as unknown, not as free', async () => {
    expect((await run(['Hello.'], null)).used).toEqual([15, 0, 1]);
  });
  it('books nothing for a call that failed before any text, and what passed of one that broke or was left', async () => {
    expect((await run([{ fault: 'server-error' }])).used).toEqual([0, 0, 0]);
    expect((await run(['x'.repeat(35), { fault: 'connection-lost' }])).used).toEqual([20, 30, 0]);
    expect((await run(['x'.repeat(35), 'y'], PRICE, limits(null), true)).used).toEqual([40, 60, 0]);
  });
  it('does not ask the model when the most it may use is too much', async () => {
    expect(await run(['Hello.'], PRICE, limits(109))).toMatchObject({ end: 'over-budget', used: [0, 0, 0] });
    expect(await run(['Hello.'], PRICE, limits(null, 209))).toMatchObject({ end: 'over-budget' });
    expect(await run(['Hello.'], PRICE, limits(110, 210))).toMatchObject({ end: 'usage' });
  });
});

describe('prices', () => {
  it('are found by connection before kind, and rounded up', () => {
    const file = { version: 1 as const, prices: [{ ...PRICE, provider: 'openai' }, { ...PRICE, provider: 'mine', inputMicroUsd: 1 }] };
    expect([findPrice(file, connection('mine'), 'm')?.inputMicroUsd, findPrice(file, connection('other'), 'm')?.inputMicroUsd, findPrice(file, connection('mine'), 'n')]).toEqual([1, 1_000_000, undefined]);
    expect(costOf({ ...PRICE, inputMicroUsd: 1 }, { inputTokens: 1, outputTokens: 0, cachedInputTokens: 0 })).toBe(1);
  });
});
