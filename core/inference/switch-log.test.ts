import { describe, expect, it } from 'vitest';
import type { Switch } from '../contract/models.ts';
import { SettableClock } from '../sources.ts';
import { COACH, SwitchLog, type Passed } from './switch-log.ts';

const setUp = () => {
  const said: Switch[] = [];
  const log = new SwitchLog(new SettableClock('2026-11-20T09:00:00.000Z'), (change) => said.push(change));
  const answers = (name: string, ...passed: Passed[]): void => log.answered('background', name === 'coach' ? COACH : { key: name, name }, passed);
  return { said, log, answers, last: () => said.splice(0).map(({ says }) => says) };
};
const passed = (name: string, code: string, how: Passed['how'] = 'failed'): Passed => ({ key: name, name, code, says: code, how });

describe('switches', () => {
  it('are said when another one answers because of a fault, and not again while that lasts', () => {
    const { answers, last } = setUp();
    answers('A');
    answers('B', passed('A', 'timeout'));
    answers('B', passed('A', 'timeout'));
    answers('B', passed('A', 'breaker-open', 'skipped'));
    expect(last()).toEqual(['A did not answer (timeout); B goes on.']);
  });

  it('name the one who answered before, when others rest anyway', () => {
    const { answers, last } = setUp();
    answers('B', passed('A', 'breaker-open', 'skipped'));
    answers('C', passed('A', 'breaker-open', 'skipped'), passed('B', 'crashed', 'broke'));
    answers('coach', passed('A', 'breaker-open', 'skipped'), passed('C', 'timeout'));
    expect(last()).toEqual(['A was not asked (breaker-open); B goes on.', 'B stopped in the middle (crashed); C goes on.', 'C did not answer (timeout); the built-in coach goes on.']);
  });

  it('are no news when somebody changed the order', () => {
    const { answers, last } = setUp();
    answers('A');
    answers('B');
    answers('A');
    expect(last()).toEqual([]);
  });

  it('tell of the way back', () => {
    const { answers, last } = setUp();
    answers('B', passed('A', 'timeout'));
    answers('A');
    answers('B', passed('A', 'timeout'));
    expect(last()).toEqual(['A did not answer (timeout); B goes on.', 'A answers again.', 'A did not answer (timeout); B goes on.']);
  });

  it('caused by our own limit are said once, not at every second call', () => {
    const { answers, last } = setUp();
    for (let i = 0; i < 5; i++) { answers('A'); answers('B', passed('A', 'limited')); }
    expect(last()).toEqual(['A did not answer (limited); B goes on.']);
  });

  it('are remembered by lane, and the newest of all', () => {
    const { log, answers } = setUp();
    answers('B', passed('A', 'timeout'));
    expect([log.last('background')?.to, log.last()?.at, log.last('interactive-deep')]).toEqual(['B', '2026-11-20T09:00:00.000Z', null]);
  });
});
