import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PROJECT } from '../../testing/engine.ts';
import { withChangelogLine } from './next-version.ts';

const LINE = '2: started from 1';
const frontOf = (text: string): Record<string, unknown> => parse(/^\uFEFF?---\s*?\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] ?? '') as Record<string, unknown>;

describe('a line more in the changelog', () => {
  it.each([
    ['lines', '---\nlane: x\nchangelog:\n  - "1: first"\n---\nHi.\n', '---\nlane: x\nchangelog:\n  - "2: started from 1"\n  - "1: first"\n---\nHi.\n'],
    ['lines without indent, and more after them', '---\nchangelog:\n- one of them\n- two\nlane: x # why\n---\nHi.\n', '---\nchangelog:\n- "2: started from 1"\n- one of them\n- two\nlane: x # why\n---\nHi.\n'],
    ['brackets', '---\nchangelog: ["1: first"]\nlane:   x\n---\nHi.\n', '---\nchangelog: ["2: started from 1", "1: first"]\nlane:   x\n---\nHi.\n'],
    ['brackets over lines', '---\nchangelog: [\n  "1: first",\n]\n---\nHi.\n', '---\nchangelog: ["2: started from 1", \n  "1: first",\n]\n---\nHi.\n'],
    ['a comment before the first line', '---\nchangelog: # newest first\n\n    # here\n    - "1: first"\n---\nHi.\n', '---\nchangelog: # newest first\n\n    # here\n    - "2: started from 1"\n    - "1: first"\n---\nHi.\n'],
    ['Windows\' line ends', '---\r\nchangelog:\r\n  - "1: first"\r\n---\r\nHi.\r\n', '---\r\nchangelog:\r\n  - "2: started from 1"\r\n  - "1: first"\r\n---\r\nHi.\r\n'],
    ['a mark at its beginning', '\uFEFF---\nchangelog:\n  - "1: first"\n---\nHi.\n', '\uFEFF---\nchangelog:\n  - "2: started from 1"\n  - "1: first"\n---\nHi.\n'],
    ['a body that looks like a changelog', '---\nchangelog:\n  - one of them\n---\n---\nchangelog:\n  - "x"\n---\n', '---\nchangelog:\n  - "2: started from 1"\n  - one of them\n---\n---\nchangelog:\n  - "x"\n---\n'],
  ])('is put first in a file with %s, and nothing else changes', (_, before, after) => {
    expect(withChangelogLine(before, LINE)).toBe(after);
  });

  it('is put first in each prompt of the app, and nothing else changes', () => {
    const dir = join(PROJECT, 'prompts');
    const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((file) => /(^|[\\/])[^_\\/][^\\/]*\.prompt$/.test(file));
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      const before = readFileSync(join(dir, file), 'utf8');
      const after = withChangelogLine(before, LINE);
      const { changelog, ...rest } = frontOf(before) as { changelog: string[] };
      expect(frontOf(after)).toEqual({ ...rest, changelog: [LINE, ...changelog] });
      expect(after.replace(/ *- "2: started from 1"\n|"2: started from 1", /, '')).toBe(before);
    }
  });

  it('is refused where there is no changelog', () => {
    expect(() => withChangelogLine('Hi.\n', LINE)).toThrow('front matter');
    expect(() => withChangelogLine('---\nlane: x\n---\nHi.\n', LINE)).toThrow('changelog');
    expect(() => withChangelogLine('---\nchangelog: one line\n---\nHi.\n', LINE)).toThrow('changelog');
  });
});
