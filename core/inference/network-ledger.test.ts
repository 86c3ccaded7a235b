import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { START, temporaryFolder } from '../../testing/engine.ts';
import { claimDataFolder, type DataFolder } from '../storage/data-folder.ts';
import { openStore } from '../storage/open-store.ts';
import type { Store } from '../storage/store.ts';
import { NetworkLedger } from './network-ledger.ts';
import { NetworkRepository, type NetworkCall } from './network-repository.ts';

let temporary: ReturnType<typeof temporaryFolder>;
let folder: DataFolder;
let store: Store;
let ledger: NetworkLedger;
const call = (number: number): NetworkCall => ({ at: START, host: 'api.example.test', loopback: false, reason: `call ${number}`, method: 'POST', status: 200, sentBytes: 10, receivedBytes: 20, durationMs: 1.5, outcome: 'answered' });
const addAll = (count: number): void => { for (let number = 1; number <= count; number++) ledger.add(call(number)); };
const written = (): number => store.sql.prepare('SELECT count(*) FROM network_call').pluck().get() as number;

beforeEach(() => {
  temporary = temporaryFolder();
  folder = claimDataFolder(temporary.path);
  ({ store } = openStore(folder, () => START));
  ledger = new NetworkLedger(new NetworkRepository(store), 1_000);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  ledger.close();
  store.close();
  folder.release();
  temporary.dispose();
});

it('writes nothing while a request ends, but within half a second, or when it is read', () => {
  vi.useFakeTimers();
  const writes = vi.spyOn(store, 'write');
  addAll(3);
  expect([writes.mock.calls.length, written()]).toEqual([0, 0]);
  vi.advanceTimersByTime(500);
  expect(written()).toBe(3);
  ledger.add(call(4));
  expect(ledger.page(undefined, 2)).toMatchObject({ total: 4, entries: [{ id: 4, reason: 'call 4' }, { id: 3 }] });
  expect(ledger.page(3, 50).entries.map(({ id }) => id)).toEqual([2, 1]);
});

it('writes a hundred at once without waiting for the time', async () => {
  addAll(100);
  expect(written()).toBe(0);
  await vi.waitUntil(() => written() === 100, { timeout: 400 });
});

it('does not make requests wait for the disk, and leaves the rest of the database as careful as before', () => {
  const pragmas: unknown[] = [];
  const original = store.write.bind(store);
  vi.spyOn(store, 'write').mockImplementation((work) => { pragmas.push(store.sql.pragma('synchronous', { simple: true })); return original(work); });
  ledger.add(call(1));
  ledger.page(undefined, 1);
  expect([pragmas[0], store.sql.pragma('synchronous', { simple: true })]).toEqual([1, 2]);
});

it('keeps the newest and drops the oldest in lots', () => {
  for (let lot = 0; lot < 20; lot++) { addAll(100); ledger.page(undefined, 1); }
  const { total, entries } = ledger.page(undefined, 1);
  expect(total).toBeGreaterThanOrEqual(1_000);
  expect(total).toBeLessThan(1_500);
  expect(entries[0]?.id).toBe(2_000);
});

it('writes the rest when it is closed, and nothing after', () => {
  addAll(2);
  ledger.close();
  ledger.add(call(3));
  expect(written()).toBe(2);
});

it('keeps the rows while the disk refuses, and fails nobody', () => {
  const disk = vi.spyOn(store, 'write').mockImplementation(() => { throw new Error('disk full'); });
  addAll(2);
  expect(ledger.page(undefined, 10).total).toBe(0);
  disk.mockRestore();
  ledger.add(call(3));
  expect(ledger.page(undefined, 10).entries.map(({ reason }) => reason)).toEqual(['call 3', 'call 2', 'call 1']);
});
