import { isDefinedError, safe } from '@orpc/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestEngineClient } from '../core/contract/index.ts';
import type { Engine } from '../core/engine.ts';
import { at, SETUP, submission } from './engine.ts';

/** An engine in test mode behind one transport. */
export interface ServedEngine {
  readonly engine: Engine;
  /** A client with a connection of its own. */
  connect(): Promise<{ readonly client: TestEngineClient; close(): void }>;
  stop(): Promise<void>;
}

/** What every transport has to keep of the contract; called inside a `describe` with the transport to test. */
export function testContract(serve: () => Promise<ServedEngine>): void {
  let served: ServedEngine;
  let client: TestEngineClient;

  beforeAll(async () => {
    served = await serve();
    ({ client } = await served.connect());
  });
  afterAll(() => served.stop());

  test('a call is answered with its typed output', async () => {
    expect(await client.app.status()).toMatchObject({ testMode: true, answering: { who: 'coach', leaves: 'nothing' }, notices: [] });
  });

  test('a failure arrives as a code of the catalogue with what happened, what was kept and what to do', async () => {
    const { error } = await safe(client.interview.session({ sessionId: 'interview-none' }));
    expect(isDefinedError(error)).toBe(true);
    expect(error).toMatchObject({ code: 'INTERVIEW_NOT_FOUND', status: 404, data: { happened: expect.stringContaining('does not exist'), kept: expect.any(String), todo: expect.any(String), action: 'open-history' } });
  });

  test('details of a failure arrive with it', async () => {
    const view = await client.interview.start(SETUP);
    const { error } = await safe(client.interview.answer({ ...at(view), submissionId: submission(), text: 'word '.repeat(200_000) }));
    expect(error).toMatchObject({ code: 'ANSWER_TOO_LONG', data: { details: { characters: expect.anything(), limit: expect.anything() } } });
  });

  test('input that breaks the schema is refused by field, and its value is not repeated', async () => {
    const { error } = await safe(client.settings.update({ displayName: 'secret '.repeat(20), theme: 'secret' as 'dark' }));
    expect(error).toMatchObject({ code: 'INPUT_INVALID', data: { details: { reason: expect.stringMatching(/displayName|theme/) } } });
    expect(JSON.stringify(error)).not.toContain('secret');
  });

  test('a call that does not exist fails and leaves the connection usable', async () => {
    const anything = client as unknown as { interview: { cheat(): Promise<unknown> } };
    expect((await safe(anything.interview.cheat())).error).toMatchObject({ code: expect.stringMatching(/NOT_FOUND|INPUT_INVALID/) });
    expect((await client.app.status()).testMode).toBe(true);
  });

  test('a hundred calls at once are each answered with their own', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `interview-${index}`);
    const failures = await Promise.all(names.map((sessionId) => safe(client.interview.session({ sessionId }))));
    expect(failures.every(({ error }) => isDefinedError(error))).toBe(true);
    const packs = await Promise.all(names.map(() => client.interview.packs()));
    expect(new Set(packs.map((answer) => answer.packs.length)).size).toBe(1);
  });

  test('a change made in one window is told to another', async () => {
    const events = await client.app.events();
    const next = events.next();
    const { client: other } = await served.connect();
    await other.settings.update({ theme: 'dark' });
    expect(await next).toMatchObject({ done: false, value: { type: 'settings-changed' } });
    await events.return();
  });

  test('watching an interview gives the view now and after each change', async () => {
    const started = await client.interview.start(SETUP);
    const views = await client.interview.watch({ sessionId: started.sessionId });
    expect((await views.next()).value).toMatchObject({ sessionId: started.sessionId, revision: started.revision });
    const answered = await client.interview.answer({ ...at(started), submissionId: submission(), text: 'I would first look at what changed and measure it before I touch anything.' });
    expect((await views.next()).value).toMatchObject({ revision: answered.revision });
    await views.return();
  });

  test('an aborted stream ends, and the connection goes on', async () => {
    const { sessionId } = await client.interview.start(SETUP);
    const stop = new AbortController();
    const views = await client.interview.watch({ sessionId }, { signal: stop.signal });
    await views.next();
    const waiting = views.next().then(({ done }) => done, () => true);
    stop.abort();
    expect(await waiting).toBe(true);
    expect((await client.interview.session({ sessionId })).sessionId).toBe(sessionId);
  });

  test('a window that goes away in the middle of its streams harms no other', async () => {
    const { sessionId } = await client.interview.start(SETUP);
    const leaving = await served.connect();
    await (await leaving.client.interview.watch({ sessionId })).next();
    void (await leaving.client.app.events()).next().catch(() => undefined);
    leaving.close();
    expect((await client.interview.skip(at(await client.interview.session({ sessionId })))).sessionId).toBe(sessionId);
  });

  test('closing the engine is told to streams, and calls after it are refused', async () => {
    const own = await serve();
    const { client: last } = await own.connect();
    const events = await last.app.events();
    const next = events.next();
    await own.engine.close();
    expect(await next).toMatchObject({ value: { type: 'closing' } });
    expect((await safe(last.app.status())).error).toMatchObject({ code: 'ENGINE_CLOSING' });
    await own.stop();
  });

  test('five megabytes of draft go over and come back', async () => {
    const view = await client.interview.start(SETUP);
    const text = 'Ünïcödé, 面接, and "quotes"\n'.repeat(180_000);
    await client.interview.saveDraft({ ...at(view), draft: { shape: 'plain', text } });
    const { draft } = await client.interview.session(view);
    expect(draft?.shape === 'plain' && draft.text === text).toBe(true);
  });

  test('a file comes down whole, and goes up again', async () => {
    const { total } = await client.interview.history({});
    const backup = await client.settings.backup();
    expect(backup).toBeInstanceOf(File);
    expect(backup.name).not.toBe('');
    const bytes = Buffer.from(await backup.arrayBuffer());
    expect(bytes.length).toBeGreaterThan(4096);
    const preview = await client.settings.previewRestore({ file: new File([bytes], 'my backup.db') });
    expect(preview).toMatchObject({ from: 'my backup.db', interviewsInBackup: total, added: 0, kept: total });
  });

  test('bytes survive the way unchanged, whatever they are', async () => {
    const { error } = await safe(client.settings.previewRestore({ file: new File([Uint8Array.from({ length: 512 }, (_, index) => index % 256)], 'noise.db') }));
    expect(error).toMatchObject({ code: 'BACKUP_UNREADABLE' });
  });

  test('the clock is set in QA\'s mode', async () => {
    expect(await client.testMode.setClock({ now: '2030-01-01T00:00:00.000Z' })).toEqual({ now: '2030-01-01T00:00:00.000Z' });
    expect((await client.interview.start(SETUP)).startedAt).toBe('2030-01-01T00:00:00.000Z');
  });
}
