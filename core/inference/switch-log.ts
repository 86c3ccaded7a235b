import type { Lane, Switch } from '../contract/models.ts';
import { isoFrom, type Clock } from '../sources.ts';
import { COACH_NAME, sentences } from './route-names.ts';

/** Somebody who comes first in the order and did not answer this time. */
export interface Passed { key: string; name: string; code: string; says: string; how: 'failed' | 'broke' | 'skipped' }
export interface Answering { key: string; name: string }

export const COACH: Answering = { key: 'coach', name: COACH_NAME };
/** Our own limit sends single calls elsewhere; that all is well again afterwards is no news. */
const PASSING = 'limited';

/** Who answered last on each lane, and the switches between them, each said once: when the one who answers changes, not at every call. */
export class SwitchLog {
  readonly #clock: Clock;
  readonly #onSwitch: (change: Switch) => void;
  readonly #answering = new Map<Lane, Answering>();
  readonly #last = new Map<Lane, Switch>();
  #newest: Switch | null = null;

  constructor(clock: Clock, onSwitch: (change: Switch) => void) { this.#clock = clock; this.#onSwitch = onSwitch; }

  last(lane?: Lane): Switch | null { return lane ? (this.#last.get(lane) ?? null) : this.#newest; }

  /** @param passed who came before in the order and did not answer, in order */
  answered(lane: Lane, to: Answering, passed: readonly Passed[]): void {
    const before = this.#answering.get(lane);
    const change = this.ofPassed(lane, to, passed);
    this.#answering.set(lane, to);
    if (change) this.#say(change);
    else if (passed.length === 0 && before && before.key !== to.key && this.#last.get(lane)?.from === to.name && this.#last.get(lane)?.code !== PASSING) {
      this.#say({ lane, from: before.name, to: to.name, code: 'back', says: sentences.back(to.name) });
    }
  }

  /** What will be said once this one has answered, because of those who did not; undefined when that is no news. */
  ofPassed(lane: Lane, to: Answering, passed: readonly Passed[]): Omit<Switch, 'at'> | undefined {
    const [before, last] = [this.#answering.get(lane), this.#last.get(lane)];
    const cause = passed.find(({ key }) => key === before?.key) ?? passed[0];
    if (!cause || before?.key === to.key || (last?.from === cause.name && last.to === to.name && last.code === cause.code)) return undefined;
    return { lane, from: cause.name, to: to.name, code: cause.code, says: sentences[cause.how](cause.name, cause.says, to.name) };
  }

  #say(change: Omit<Switch, 'at'>): void {
    const dated = { at: isoFrom(this.#clock.now()), ...change };
    this.#last.set(change.lane, dated);
    this.#newest = dated;
    this.#onSwitch(dated);
  }
}
