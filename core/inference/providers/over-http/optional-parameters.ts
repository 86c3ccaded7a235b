import type { Refusal } from './guard-fetch.ts';

/**
 * Parameters that some models refuse and that an answer can do without. What a model has refused once is not sent to it again, so that
 * a default that suits most models does not shut out the others, and no list of model names has to be kept.
 */
export class OptionalParameters {
  readonly #names: readonly string[];
  readonly #refused = new Set<string>();
  constructor(names: readonly string[]) { this.#names = names; }

  /** The request without what this model has refused. */
  without<Request extends object>(request: Request): Request {
    return Object.fromEntries(Object.entries(request).filter(([name]) => !this.#refused.has(name))) as Request;
  }

  /** Whether a refusal is about one of them, so that asking again without it makes sense; each is given up only once. */
  learn(refusal: Refusal | undefined, sent: object): boolean {
    if (!refusal || (refusal.status !== 400 && refusal.status !== 422)) return false;
    const words = JSON.stringify(refusal.body ?? '');
    // The last one named goes first: "`temperature` and `top_p` cannot both be specified" costs the finer of the two.
    const named = this.#names.findLast((name) => name in sent && !this.#refused.has(name) && new RegExp(`\\b${name}\\b`).test(words));
    if (named === undefined) return false;
    this.#refused.add(named);
    return true;
  }
}
