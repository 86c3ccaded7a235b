import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { promptFolders, promptText } from '../../testing/prompt-folders.ts';
import { isoFrom } from '../sources.ts';
import { armFor } from './assignment.ts';
import type { PromptExperiment } from './prompt-config.ts';
import type { PromptRegistry } from './prompt-registry.ts';

const ID = 'a/b';
const HOUR = 3_600_000;
const version = fc.constantFrom('1', '2', '3', '3.short');
const session = fc.nat(11).map((number) => `interview-mi5x000${number}-0123456789ab`);

/** What may happen to the prompts of a person who practises, edits, compares and starts the app again. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('begin' as const), session, fails: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('ask' as const), session }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('edit' as const), version, words: fc.stringMatching(/^[a-z]{1,8}$/) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('remove' as const), version }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('label' as const), version: fc.option(version), byHand: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('compare' as const), arms: fc.uniqueArray(version, { minLength: 2, maxLength: 3 }), weight: fc.double({ min: 0.05, max: 0.45, noNaN: true }), hours: fc.option(fc.integer({ min: 1, max: 4 })) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('end' as const) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('restart' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
interface Begun { version: string; source: string; experiment: string | null }

/** A real registry on real files and a real database beside the simplest model of it: what each session began with. */
class World {
  readonly prompts = promptFolders();
  readonly begun = new Map<string, Begun>();
  registry: PromptRegistry;
  #experiments = 0;

  constructor() {
    for (const one of ['1', '2']) this.prompts.prompt(ID, one, `words ${one}`);
    this.registry = this.prompts.open();
  }

  /** What a session that begins now has to be given: the arm of the experiment that runs, or what is in use. */
  expected(sessionId: string): Begun | undefined {
    const running = this.registry.experiments().find(({ state }) => state === 'running')?.experiment;
    const prompt = running ? this.registry.shelf.version(ID, armFor(running, sessionId))?.prompt : this.registry.current(ID);
    return prompt && { version: prompt.version, source: prompt.source, experiment: running?.id ?? null };
  }

  async do(one: Step): Promise<void> {
    const { prompts, registry, begun } = this;
    switch (one.does) {
      case 'begin': case 'ask': {
        const expected = begun.get(one.session) ?? this.expected(one.session);
        const fails = one.does === 'begin' && one.fails;
        if (one.does === 'ask') registry.forSession(one.session, ID);
        else try { prompts.store.write(() => { registry.pin(one.session, [ID]); if (fails) throw new RolledBack(); }); } catch (error) { if (!(error instanceof RolledBack)) throw error; }
        if (expected && !fails) begun.set(one.session, expected);
        return;
      }
      case 'edit': prompts.prompt(ID, one.version, one.words); break;
      case 'remove': if (existsSync(join(prompts.appDir, `${ID}.v${one.version}.prompt`))) prompts.remove(ID, one.version); break;
      case 'label':
        if (one.byHand) prompts.labels(one.version === null ? {} : { [ID]: { production: one.version } });
        else registry.saveLabel(ID, 'production', one.version);
        break;
      case 'compare': registry.saveExperiment(this.#experiment(one)); break;
      case 'end': {
        const running = registry.experiments().find(({ state }) => state === 'running')?.experiment;
        if (running) registry.saveExperiment({ ...running, until: isoFrom(prompts.clock.now()) });
        break;
      }
      case 'wait': prompts.clock.advance(one.hours * HOUR); break;
      case 'restart':
        await registry.close();
        this.registry = prompts.open();
        break;
    }
    this.registry.reload();
  }

  #experiment({ arms, weight, hours }: Step & { does: 'compare' }): PromptExperiment {
    const now = this.prompts.clock.now();
    const rest = (1 - weight) / (arms.length - 1);
    return { id: `x${++this.#experiments}`, prompt: ID, about: 'why it is', arms: arms.map((one, index) => ({ version: one, weight: index === 0 ? weight : rest })), from: isoFrom(now), until: hours === null ? null : isoFrom(now + hours * HOUR) };
  }
}

class RolledBack extends Error {}

const expectUnmoved = ({ begun, registry, prompts }: World): void => {
  for (const [sessionId, { version, source }] of begun) {
    const prompt = registry.forSession(sessionId, ID);
    expect([sessionId, prompt?.version, prompt?.source]).toEqual([sessionId, version, source]);
  }
  const pinned = prompts.store.sql.prepare('SELECT session_id, version, experiment FROM prompt_pin ORDER BY session_id').raw().all();
  expect(pinned).toEqual([...begun].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([sessionId, one]) => [sessionId, one.version, one.experiment]));
};

describe('a session that has begun', () => {
  it('is never moved: not by experiments that are added or end, labels, edits, removals, nor by starting again', async () => {
    const seen = { arms: 0, ended: 0, gone: 0 };
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const world = new World();
      try {
        for (const one of steps) {
          await world.do(one);
          expectUnmoved(world);
        }
        for (const [sessionId, { source }] of world.begun) {
          const prompt = world.registry.forSession(sessionId, ID);
          expect(promptText((await prompt?.render({}))?.[0]?.text ?? '')).toBe(source);
          if (!world.registry.shelf.byHash(prompt?.hash ?? '')) seen.gone++;
        }
        seen.arms += [...world.begun.values()].filter(({ experiment }) => experiment !== null).length;
        seen.ended += world.registry.experiments().filter(({ state }) => state === 'ended').length;
      } finally {
        await world.prompts.dispose();
      }
    }), { numRuns: 60 });
    // The steps above did reach what the test is about.
    expect(Math.min(seen.arms, seen.ended, seen.gone), JSON.stringify(seen)).toBeGreaterThan(0);
  }, 120_000);
});
