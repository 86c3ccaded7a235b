import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDraftAutosave, type SaveState } from './draft-autosave.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(save: (text: string) => Promise<void> = async () => {}) {
  const saved: Array<{ text: string; at: number }> = [];
  const states: SaveState[] = [];
  const start = Date.now();
  const autosave = createDraftAutosave<string>({
    save: async (text) => { saved.push({ text, at: Date.now() - start }); await save(text); },
    onState: (state) => states.push(state),
  });
  return { autosave, saved, states };
}

test('saves 400 ms after the last keystroke', async () => {
  const { autosave, saved, states } = setUp();
  autosave.change('I');
  await vi.advanceTimersByTimeAsync(300);
  autosave.change('I m');
  await vi.advanceTimersByTimeAsync(399);
  expect(saved).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(saved).toEqual([{ text: 'I m', at: 700 }]);
  expect(states.at(-1)).toBe('saved');
});

test('saves at least once a second while the typing never stops', async () => {
  const { autosave, saved } = setUp();
  for (let i = 0; i < 50; i += 1) {
    autosave.change(`${i}`);
    await vi.advanceTimersByTimeAsync(100);
  }
  const gaps = saved.map(({ at }, i) => at - (saved[i - 1]?.at ?? 0));
  expect(saved.length).toBeGreaterThanOrEqual(4);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(1100);
});

test('saves at once when flushed', async () => {
  const { autosave, saved } = setUp();
  autosave.change('now');
  await autosave.flush();
  expect(saved).toEqual([{ text: 'now', at: 0 }]);
});

test('never has two saves under way, and ends with the newest text', async () => {
  let underWay = 0;
  let most = 0;
  const { autosave, saved } = setUp(async () => {
    most = Math.max(most, underWay += 1);
    await new Promise((resolve) => setTimeout(resolve, 250));
    underWay -= 1;
  });
  autosave.change('a');
  void autosave.flush();
  autosave.change('ab');
  void autosave.flush();
  autosave.change('abc');
  await vi.advanceTimersByTimeAsync(2000);
  expect(most).toBe(1);
  expect(saved.at(-1)?.text).toBe('abc');
});

test('keeps a refused draft and saves the newest text when it is tried again', async () => {
  let refuse = true;
  const { autosave, saved, states } = setUp(async () => { if (refuse) throw new Error('disk full'); });
  autosave.change('first');
  await vi.advanceTimersByTimeAsync(400);
  expect(states.at(-1)).toBe('failed');
  refuse = false;
  await vi.advanceTimersByTimeAsync(3000);
  expect(saved.map(({ text }) => text)).toEqual(['first', 'first']);
  expect(states.at(-1)).toBe('saved');
});

test('tries again with what was typed while the save was refused, not with the older text', async () => {
  let refuse = true;
  const { autosave, saved } = setUp(async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (refuse) throw new Error('away');
  });
  autosave.change('older');
  void autosave.flush();
  autosave.change('newer');
  await vi.advanceTimersByTimeAsync(200);
  refuse = false;
  await vi.advanceTimersByTimeAsync(5000);
  expect(saved.at(-1)?.text).toBe('newer');
});

test('goes on trying until a refused draft is taken', async () => {
  let refusals = 4;
  const { autosave, saved, states } = setUp(async () => { if (refusals-- > 0) throw new Error('away'); });
  autosave.change('last words');
  await vi.advanceTimersByTimeAsync(20_000);
  expect(saved).toHaveLength(5);
  expect(states.at(-1)).toBe('saved');
});

test('saves nothing once discarded: the answer was sent', async () => {
  const { autosave, saved, states } = setUp();
  autosave.change('sent meanwhile');
  autosave.discard();
  await vi.advanceTimersByTimeAsync(5000);
  expect(saved).toEqual([]);
  expect(states.at(-1)).toBe('saved');
});
