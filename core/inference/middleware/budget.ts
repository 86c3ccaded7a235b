import type { Lane, LaneView } from '../../contract/models.ts';
import { isoFrom, type Clock } from '../../sources.ts';
import type { BudgetRepository, LaneUse } from '../budget-repository.ts';
import { InferenceError } from '../inference-error.ts';
import { withStream, type CallNotes, type Middleware } from './middleware.ts';
import { costOf, countedUse, estimatedTokens, estimateUse, type Price, type TokenCount } from './prices.ts';

export const ALERT_THRESHOLDS = [80, 90, 95, 100] as const;
export type AlertThreshold = (typeof ALERT_THRESHOLDS)[number];
/** Per calendar month; null is no limit. */
export interface BudgetLimits { tokenLimit: number | null; costLimitMicroUsd: number | null }
export interface BudgetAlert { lane: Lane; month: string; threshold: AlertThreshold }
type BudgetView = LaneView['budget'];

/** Tokens and micro-dollars; cost null is unknown. */
interface Amount { tokens: number; costMicroUsd: number | null }
/** A part of the budget held for a running call. Settling or releasing twice does nothing. */
export interface Reservation { settle(use: Amount): void; release(): void }

interface Account { tokens: number; cost: number; unpriced: number; reservedTokens: number; reservedCost: number; saidThreshold: number; limitsSaid: string; refused: Amount | undefined }

const FLUSH_MS = 1_000;

/**
 * What each lane used of its month: reserved before a call, settled after it. Only providers that cost something are booked; a model on this
 * machine is free. Months are UTC. Sums live in memory and reach the disk within a second, in one small write for all that was settled.
 */
export class Budget {
  readonly #repository: BudgetRepository;
  readonly #clock: Clock;
  readonly #onAlert: (alert: BudgetAlert) => void;
  readonly #onChange: () => void;
  readonly #accounts = new Map<string, Account>();
  #unsaved = new Map<string, LaneUse>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: { repository: BudgetRepository; clock: Clock; onAlert?: ((alert: BudgetAlert) => void) | undefined; onChange?: (() => void) | undefined }) {
    this.#repository = options.repository;
    this.#clock = options.clock;
    this.#onAlert = options.onAlert ?? (() => {});
    this.#onChange = options.onChange ?? (() => {});
  }

  /** @throws InferenceError over-budget */
  reserve(lane: Lane, limits: BudgetLimits, providerId: string, guess: Amount): Reservation {
    const month = this.#month();
    const account = this.#account(lane, month, limits);
    if (exceeds(account, limits, guess)) {
      if (!account.refused || guess.tokens < account.refused.tokens) account.refused = guess;
      throw new InferenceError('over-budget');
    }
    const cost = guess.costMicroUsd ?? 0;
    account.reservedTokens += guess.tokens;
    account.reservedCost += cost;
    let open = true;
    const close = (): boolean => {
      if (!open) return false;
      open = false;
      account.reservedTokens -= guess.tokens;
      account.reservedCost -= cost;
      return true;
    };
    return {
      release: () => { close(); },
      settle: (use) => {
        if (!close()) return;
        account.tokens += use.tokens;
        account.cost += use.costMicroUsd ?? 0;
        if (use.costMicroUsd === null) account.unpriced++;
        this.#book(lane, month, providerId, use);
        this.#alert(lane, month, account, limits);
      },
    };
  }

  /** Whether a paid provider would be refused now, or was refused a call that would still not fit. */
  isOver(lane: Lane, limits: BudgetLimits): boolean {
    if (limits.tokenLimit === null && limits.costLimitMicroUsd === null) return false;
    const account = this.#account(lane, this.#month(), limits);
    return exceeds(account, limits, { tokens: 1, costMicroUsd: 1 }) || (account.refused !== undefined && exceeds(account, limits, account.refused));
  }

  view(lane: Lane, limits: BudgetLimits): BudgetView {
    const month = this.#month();
    const account = this.#account(lane, month, limits);
    const reached = ALERT_THRESHOLDS.findLast((threshold) => threshold <= share(account, limits)) ?? null;
    return { month, tokens: account.tokens, tokenLimit: limits.tokenLimit, costMicroUsd: account.cost, costLimitMicroUsd: limits.costLimitMicroUsd, unknownCalls: account.unpriced, alert: reached };
  }

  /** Writes what was settled. What the disk refuses is kept and tried again. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#unsaved.size === 0) return;
    try {
      this.#repository.add([...this.#unsaved.values()]);
      this.#unsaved = new Map();
    } catch {
      this.#flushLater(FLUSH_MS * 30);
    }
    this.#onChange();
  }

  /** After the person deleted or replaced the data: sums are read anew, and what was not written yet is dropped. */
  forget(): void { this.#accounts.clear(); this.#unsaved = new Map(); }

  close(): void { this.flush(); clearTimeout(this.#timer); }

  #month(): string { return isoFrom(this.#clock.now()).slice(0, 7); }

  #account(lane: Lane, month: string, limits: BudgetLimits): Account {
    const key = `${lane} ${month}`;
    let account = this.#accounts.get(key);
    if (!account) {
      const { tokens, cost, unpriced } = this.#repository.total(lane, month);
      account = { tokens, cost, unpriced, reservedTokens: 0, reservedCost: 0, saidThreshold: 0, limitsSaid: '', refused: undefined };
      for (const old of this.#accounts.keys()) if (old.startsWith(`${lane} `) && old < `${lane} ${previousMonth(month)}`) this.#accounts.delete(old);
      this.#accounts.set(key, account);
    }
    // What was reached under these limits before (in an earlier run, or before they were set) is not news.
    const limitsSaid = `${limits.tokenLimit} ${limits.costLimitMicroUsd}`;
    if (account.limitsSaid !== limitsSaid) {
      account.limitsSaid = limitsSaid;
      account.saidThreshold = share(account, limits);
      account.refused = undefined;
    }
    return account;
  }

  #alert(lane: Lane, month: string, account: Account, limits: BudgetLimits): void {
    const reached = share(account, limits);
    for (const threshold of ALERT_THRESHOLDS) {
      if (threshold <= account.saidThreshold || threshold > reached) continue;
      this.#onAlert({ lane, month, threshold });
    }
    account.saidThreshold = Math.max(account.saidThreshold, reached);
  }

  #book(lane: Lane, month: string, providerId: string, { tokens, costMicroUsd }: Amount): void {
    const key = `${lane} ${month} ${providerId}`;
    const use = this.#unsaved.get(key) ?? { lane, month, providerId, calls: 0, unpricedCalls: 0, tokens: 0, costMicroUsd: 0 };
    use.calls++;
    if (costMicroUsd === null) use.unpricedCalls++;
    use.tokens += tokens;
    use.costMicroUsd += costMicroUsd ?? 0;
    this.#unsaved.set(key, use);
    this.#flushLater(FLUSH_MS);
  }

  #flushLater(ms: number): void {
    this.#timer ??= setTimeout(() => this.flush(), ms);
    this.#timer.unref();
  }
}

const exceeds = (account: Account, { tokenLimit, costLimitMicroUsd }: BudgetLimits, guess: Amount): boolean =>
  (tokenLimit !== null && account.tokens + account.reservedTokens + guess.tokens > tokenLimit)
  || (costLimitMicroUsd !== null && account.cost + account.reservedCost + (guess.costMicroUsd ?? 0) > costLimitMicroUsd);

/** Per cent of the limit that is nearer. */
function share({ tokens, cost }: Account, { tokenLimit, costLimitMicroUsd }: BudgetLimits): number {
  const of = (used: number, limit: number | null): number => (limit === null ? 0 : limit === 0 ? 100 : (used / limit) * 100);
  return Math.max(of(tokens, tokenLimit), of(cost, costLimitMicroUsd));
}

const previousMonth = (month: string): string => isoFrom(Date.parse(`${month}-01T00:00:00Z`) - 86_400_000).slice(0, 7);

export interface BudgetOptions { budget: Budget; lane: Lane; limits: BudgetLimits; providerId: string; price: Price | undefined; notes: CallNotes }

/** Holds what a call may use at most, and books what it used. A call that broke is booked with what is known to have passed. */
export const withBudget = ({ budget, lane, limits, providerId, price, notes }: BudgetOptions): Middleware => (model) => withStream(model, async function* (request, options) {
  const guess = estimateUse(request);
  const amount = (use: TokenCount): Amount => ({ tokens: use.inputTokens + use.outputTokens, costMicroUsd: price ? costOf(price, use) : null });
  let reservation: Reservation;
  try { reservation = budget.reserve(lane, limits, providerId, amount(guess)); } catch (error) {
    yield { type: 'error', error: error instanceof InferenceError ? error : new InferenceError('over-budget', { cause: error }) };
    return;
  }
  let characters = 0;
  try {
    for await (const part of model.stream(request, options)) {
      if (part.type === 'text-delta') characters += part.text.length;
      if (part.type === 'usage') {
        const use = countedUse(part.usage, guess);
        if (price && part.usage.inputTokens !== null && part.usage.outputTokens !== null) notes.costMicroUsd = costOf(price, use);
        reservation.settle(amount(use));
      }
      yield part;
    }
  } finally {
    if (characters > 0) reservation.settle(amount({ ...guess, outputTokens: estimatedTokens(characters) }));
    reservation.release();
  }
});
