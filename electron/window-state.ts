import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Smallest window in which every screen is whole, in device-independent pixels. */
export const MIN_SIZE = { width: 1024, height: 700 } as const;
const DEFAULT_SIZE = { width: 1280, height: 800 } as const;

const windowStateSchema = z.object({ x: z.number().int(), y: z.number().int(), width: z.number().int().positive(), height: z.number().int().positive(), maximized: z.boolean() });
export type WindowState = z.infer<typeof windowStateSchema>;

export interface Rectangle { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

const fileIn = (dataDir: string): string => join(dataDir, 'window-state.json');

/** How the window was left; null the first time or when the file is not readable. */
export function readWindowState(dataDir: string): WindowState | null {
  try {
    return windowStateSchema.parse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8')));
  } catch {
    return null;
  }
}

/** Saves it; a window that cannot remember its place is no reason to stop, so failures are only told in the log. */
export function writeWindowState(dataDir: string, state: WindowState): void {
  try {
    writeFileSync(`${fileIn(dataDir)}.new`, JSON.stringify(state));
    renameSync(`${fileIn(dataDir)}.new`, fileIn(dataDir));
  } catch (error) {
    console.error('the window state was not saved', error);
  }
}

/** Where to put the window: as it was left, moved and shrunk to lie wholly on one of the displays there are now, else centred on the first. */
export function placeWindow(state: WindowState | null, workAreas: readonly [Rectangle, ...Rectangle[]]): WindowState {
  if (!state) {
    const [area] = workAreas;
    const width = Math.min(DEFAULT_SIZE.width, area.width);
    const height = Math.min(DEFAULT_SIZE.height, area.height);
    return { x: area.x + Math.round((area.width - width) / 2), y: area.y + Math.round((area.height - height) / 2), width, height, maximized: false };
  }
  const area = workAreas.reduce((best, candidate) => (overlap(state, candidate) > overlap(state, best) ? candidate : best));
  const width = clamp(state.width, Math.min(MIN_SIZE.width, area.width), area.width);
  const height = clamp(state.height, Math.min(MIN_SIZE.height, area.height), area.height);
  return {
    x: clamp(state.x, area.x, area.x + area.width - width),
    y: clamp(state.y, area.y, area.y + area.height - height),
    width, height, maximized: state.maximized,
  };
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(width, 0) * Math.max(height, 0);
}
