import { afterEach, beforeEach, expect, it } from 'vitest';
import { START, temporaryFolder } from '../../testing/engine.ts';
import { claimDataFolder } from '../storage/data-folder.ts';
import { openStore } from '../storage/open-store.ts';
import type { Store } from '../storage/store.ts';
import { ConversationRepository } from './conversation-repository.ts';

let folder: ReturnType<typeof temporaryFolder>;
let claimed: ReturnType<typeof claimDataFolder>;
let store: Store;
let kept: ConversationRepository;
beforeEach(() => {
  folder = temporaryFolder();
  claimed = claimDataFolder(folder.path);
  ({ store } = openStore(claimed, () => START));
  kept = new ConversationRepository(store);
});
afterEach(() => { store.close(); claimed.release(); folder.dispose(); });

const made = (summarisedTo: number) => ({ summarisedTo, summary: [{ seq: 1, title: 'Outage', said: `up to ${summarisedTo}`, weight: 2 }], facts: ['Six years of Go'], madeBy: { how: 'coach' as const, why: 'no-model' } });

const NEW = { summarisedTo: -1, summary: [] };

it('keeps the facts of the beginning, also when it begins twice', () => {
  kept.begin('one', ['Works at Siemens'], START);
  kept.begin('one', ['Works at Bosch'], START);
  expect(kept.find('one')).toEqual({ summarisedTo: -1, summary: [], facts: ['Works at Siemens'], madeBy: { how: 'start' }, compactions: 0 });
});

it('takes one summary for a beginning: one that was made from an older state changes nothing', () => {
  kept.begin('one', [], START);
  expect(kept.replace('one', NEW, made(7), START)).toBe(true);
  expect(kept.replace('one', NEW, made(9), START)).toBe(false);
  expect(kept.find('one')).toEqual({ ...made(7), compactions: 1 });
  expect(kept.replace('one', { ...made(7), summary: [] }, made(9), START), 'a line of it was forgotten meanwhile').toBe(false);
  expect(kept.replace('one', made(7), made(9), START)).toBe(true);
  expect(kept.find('one')).toMatchObject({ summarisedTo: 9, compactions: 2 });
});

it('brings nothing back that is gone', () => {
  expect(kept.replace('gone', NEW, made(7), START)).toBe(false);
  expect(kept.find('gone')).toBeUndefined();
});
