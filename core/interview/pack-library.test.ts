import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PROJECT, temporaryFolder } from '../../testing/engine.ts';
import { PackLibrary } from './pack-library.ts';

let folder: ReturnType<typeof temporaryFolder>;
const FILE = 'behavioural.yaml';
const GOOD = readFileSync(join(PROJECT, 'packs/interview', FILE), 'utf8');
const write = (text: string): void => writeFileSync(join(folder.path, FILE), text);
beforeEach(() => { folder = temporaryFolder(); cpSync(join(PROJECT, 'packs/interview', FILE), join(folder.path, FILE)); });
afterEach(() => folder.dispose());

describe('the pack library', () => {
  it.each([
    ['not YAML', GOOD.replace('questions:', 'questions: [[['), /./],
    ['a wrong kind', GOOD.replace('kind: behavioural', 'kind: philosophical'), /kind/],
    ['weights that do not sum to 1', GOOD.replace(/weight: 0\.\d+/, 'weight: 0.99'), /weights sum to/],
  ])('keeps the last good version when a pack becomes %s, and names file and line', async (_, broken, reason) => {
    const library = new PackLibrary(folder.path);
    await library.load();
    const questions = library.pack('behavioural')?.questions.length;
    write(broken);
    expect(await library.load()).toBe(true);
    expect(library.pack('behavioural')?.questions.length).toBe(questions);
    expect(library.problems).toEqual([{ file: FILE, line: expect.any(Number), reason: expect.stringMatching(reason), lastGoodInUse: true }]);
    expect(library.problems[0]?.line).toBeGreaterThan(3);
    write(GOOD);
    await library.load();
    expect(library.problems).toEqual([]);
  });

  it('notices a saved file while running, and one that is gone', async () => {
    const library = new PackLibrary(folder.path);
    await library.load();
    let changes = 0;
    library.watch(() => { changes++; });
    await new Promise((resume) => setTimeout(resume, 300));
    write(GOOD.replace(/title: "?Behavioural[^\n]*/, 'title: Stories'));
    await vi.waitUntil(() => library.pack('behavioural')?.title === 'Stories', { timeout: 5000 });
    rmSync(join(folder.path, FILE));
    await vi.waitUntil(() => library.packs.length === 0, { timeout: 5000 });
    expect(changes).toBe(2);
    await library.close();
  });

  it('parses a file once and reads it from its cache after, until it changes', async () => {
    const cache = join(folder.path, 'cache');
    await new PackLibrary(folder.path, cache).load();
    const [entry = ''] = readdirSync(cache);
    writeFileSync(join(cache, entry), readFileSync(join(cache, entry), 'utf8').replace(/"title":"[^"]*"/, '"title":"From the cache"'));
    const library = new PackLibrary(folder.path, cache);
    await library.load();
    expect(library.pack('behavioural')?.title).toBe('From the cache');
    write(`${GOOD}\n`);
    await library.load();
    expect(library.pack('behavioural')?.title).not.toBe('From the cache');
  });
});
