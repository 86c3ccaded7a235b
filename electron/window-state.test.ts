import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { placeWindow, readWindowState, writeWindowState, type Rectangle } from './window-state.ts';

const laptop: Rectangle = { x: 0, y: 25, width: 1440, height: 875 };
const monitor: Rectangle = { x: 1440, y: 0, width: 3840, height: 2160 };
let dataDir: string;

beforeEach(() => { dataDir = mkdtempSync(join(tmpdir(), 'role-accel-window-')); });
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

test('a window comes back as it was left', () => {
  const state = { x: 1500, y: 40, width: 1600, height: 1000, maximized: true };
  writeWindowState(dataDir, state);
  expect(readWindowState(dataDir)).toEqual(state);
  expect(readdirSync(dataDir)).toEqual(['window-state.json']);
  expect(placeWindow(state, [laptop, monitor])).toEqual(state);
});

test('the first window stands in the middle of the first display', () => {
  expect(readWindowState(dataDir)).toBeNull();
  expect(placeWindow(null, [laptop, monitor])).toEqual({ x: 80, y: 63, width: 1280, height: 800, maximized: false });
});

test.each(['', '{', '{"x":1}', '{"x":0,"y":0,"width":-5,"height":10,"maximized":false}', 'null'])('a file with %j in it counts as none', (text) => {
  writeFileSync(join(dataDir, 'window-state.json'), text);
  expect(readWindowState(dataDir)).toBeNull();
});

test('a window left on a display that is gone comes to the one that is there', () => {
  expect(placeWindow({ x: 3000, y: 500, width: 2000, height: 1500, maximized: false }, [laptop])).toEqual({ x: 0, y: 25, width: 1440, height: 875, maximized: false });
});

test('wherever it was left, it is placed wholly on a display and no smaller than the screens need, if the display allows', () => {
  const number = fc.integer({ min: -10_000, max: 10_000 });
  const size = fc.integer({ min: 1, max: 10_000 });
  fc.assert(fc.property(fc.record({ x: number, y: number, width: size, height: size, maximized: fc.boolean() }), (state) => {
    const { x, y, width, height } = placeWindow(state, [laptop, monitor]);
    const holds = (area: Rectangle): boolean => x >= area.x && y >= area.y && x + width <= area.x + area.width && y + height <= area.y + area.height;
    return width >= 1024 && height >= 700 && (holds(laptop) || holds(monitor));
  }));
});

test('a folder that cannot be written to is no reason to stop', () => {
  const logged = vi.spyOn(console, 'error').mockReturnValue();
  expect(() => writeWindowState(join(dataDir, 'missing'), { x: 0, y: 0, width: 1, height: 1, maximized: false })).not.toThrow();
  expect(logged).toHaveBeenCalled();
  logged.mockRestore();
});
