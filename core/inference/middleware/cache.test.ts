import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../../../testing/engine.ts';
import { ScriptedModel, type Step } from '../../../testing/scripted-models.ts';
import { isoFrom, SettableClock } from '../../sources.ts';
import { claimDataFolder } from '../../storage/data-folder.ts';
import { openStore } from '../../storage/open-store.ts';
import type { Store } from '../../storage/store.ts';
import { AnswerCacheRepository } from '../answer-cache-repository.ts';
import type { ModelRequest } from '../language-model.ts';
import { AnswerCache, hashRequest, withCache } from './cache.ts';
import { newNotes } from './middleware.ts';

let [clock, store, cache]: [SettableClock, Store, AnswerCache] = [] as never;
let dispose: () => void;
beforeEach(() => {
  const temporary = temporaryFolder();
  const folder = claimDataFolder(temporary.path);
  clock = new SettableClock('2026-11-20T09:00:00.000Z');
  store = openStore(folder, () => isoFrom(clock.now())).store;
  cache = new AnswerCache(new AnswerCacheRepository(store, 3), clock);
  dispose = () => { cache.flush(); store.close(); folder.release(); temporary.dispose(); };
});
afterEach(() => dispose());

const request = (change: Partial<ModelRequest> = {}): ModelRequest => ({ messages: [{ role: 'user', text: 'Hello' }], maxOutputTokens: 16, ...change });
const run = async (model: ScriptedModel, asked = request()) => {
  const notes = newNotes();
  let [text, end] = ['', ''];
  for await (const part of withCache({ cache, requestHash: hashRequest(asked), notes })(model).stream(asked, { signal: new AbortController().signal, reason: 'test', priority: 'interactive' })) {
    if (part.type === 'text-delta') text += part.text;
    end = part.type;
  }
  return { text, end, notes };
};

describe('the hash of a request', () => {
  const same: Partial<ModelRequest>[] = [{}, { conversationId: 'c' }, { stableMessages: 1 }];
  const other: Partial<ModelRequest>[] = [
    { messages: [{ role: 'user', text: 'Hello ' }] }, { messages: [{ role: 'system', text: 'Hello' }] }, { maxOutputTokens: 17 }, { temperature: 0 }, { topP: 0.5 }, { seed: 1 }, { stop: ['x'] }, { toolChoice: 'none' },
    { output: { name: 'o', schema: z.strictObject({ a: z.string() }) } }, { output: { name: 'o', schema: z.strictObject({ a: z.number() }) } },
    { tools: [{ name: 't', description: 'd', input: z.object({}) }] }, { tools: [{ name: 't', description: 'e', input: z.object({}) }] },
  ];
  it('is the same for what does not shape the answer', () => { expect(new Set(same.map((change) => hashRequest(request(change)))).size).toBe(1); });
  it('differs in everything that does', () => { expect(new Set([{}, ...other].map((change) => hashRequest(request(change)))).size).toBe(other.length + 1); });
});

describe('the cache', () => {
  it('answers the same model again, in this run and after a restart', async () => {
    const model = new ScriptedModel('a', ['Hel', 'lo.', { tool: 'look_up' }]);
    await run(model);
    expect(await run(model)).toMatchObject({ text: 'Hello.', notes: { cached: true } });
    cache.flush();
    cache = new AnswerCache(new AnswerCacheRepository(store, 3), clock);
    expect(await run(model)).toMatchObject({ text: 'Hello.', end: 'usage', notes: { cached: true } });
    expect([model.calls, (await run(new ScriptedModel('a', ['Other.'], {}, 'other'))).text, (await run(new ScriptedModel('b', ['Third.']))).text]).toEqual([1, 'Other.', 'Third.']);
  });

  it.each<[string, Step[]]>([['broke', ['Hel', { fault: 'connection-lost' }]], ['was cut off', ['Hel', { end: { finish: 'length' } }]]])('keeps no answer that %s', async (_, script) => {
    const model = new ScriptedModel('a', script);
    await run(model); await run(model);
    expect(model.calls).toBe(2);
  });

  it('finds what any model said to the same words', async () => {
    expect(cache.anyOf(hashRequest(request()))).toBeUndefined();
    await run(new ScriptedModel('b', ['From b.']));
    expect(cache.anyOf(hashRequest(request()))).toMatchObject({ text: 'From b.', providerId: 'b' });
    cache.flush();
    expect(cache.anyOf(hashRequest(request()))).toMatchObject({ text: 'From b.', model: 'b-model' });
    expect(cache.anyOf(hashRequest(request({ seed: 1 })))).toBeUndefined();
  });

  it('forgets what was not used for longest', async () => {
    const model = new ScriptedModel('a', ['Hello.']);
    for (const seed of [1, 2, 3]) { clock.advance(1_000); await run(model, request({ seed })); cache.flush(); }
    clock.advance(1_000);
    await run(model, request({ seed: 1 }));
    cache.flush();
    clock.advance(1_000);
    await run(model, request({ seed: 4 }));
    cache.flush();
    expect([1, 2, 3, 4].map((seed) => cache.anyOf(hashRequest(request({ seed }))) !== undefined)).toEqual([true, false, true, true]);
  });

  it('asks again when a kept answer does not pass the schema any more', async () => {
    const schema = (least: number): NonNullable<ModelRequest['output']> => ({ name: 'o', schema: z.strictObject({ a: z.string().refine((value) => value.length >= least) }) });
    const model = new ScriptedModel('a', ['{"a":"xx"}']);
    await run(model, request({ output: schema(1) }));
    expect((await run(model, request({ output: schema(2) }))).notes).toMatchObject({ cached: true, output: { a: 'xx' } });
    expect((await run(model, request({ output: schema(3) }))).notes.cached).toBe(false);
  });

  it('costs an answer nothing when the disk refuses', async () => {
    store.faults = { beforeWrite: () => { throw new Error('full'); }, beforeCommit: () => {}, afterCommit: () => {} };
    expect((await run(new ScriptedModel('a', ['Hello.']))).text).toBe('Hello.');
    cache.flush();
    store.faults = undefined;
    expect(cache.anyOf(hashRequest(request()))).toBeUndefined();
  });
});
