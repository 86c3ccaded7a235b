import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/engine.ts';
import { claimDataFolder } from '../storage/data-folder.ts';
import { openStore } from '../storage/open-store.ts';
import type { Store } from '../storage/store.ts';
import { InterviewRepository } from './interview-repository.ts';

const KILLS = process.env['ROLE_ACCEL_LONG'] === '1' ? 60 : 12;
const PROCESS = resolve(import.meta.dirname, '../../testing/crash/archive-process.ts');
const START = '2026-11-20T09:00:00.000Z';
const INTERVIEWS = 5;
const TURNS = 30;

it(`leaves every interview either in rows or packed, whole and once, over ${KILLS} kills around a commit`, async () => {
  const folder = temporaryFolder();
  const withStore = <Result>(work: (store: Store) => Result): Result => {
    const claimed = claimDataFolder(folder.path);
    const { store } = openStore(claimed, () => START);
    try { return work(store); } finally { store.close(); claimed.release(); }
  };
  const read = (store: Store): unknown => Array.from({ length: INTERVIEWS }, (_, number) => new InterviewRepository(store).turns(`i${number}`, 1000, 1000));
  try {
    const before = withStore((store) => {
      for (let number = 0; number < INTERVIEWS; number++) {
        store.sql.prepare("INSERT INTO interview (id, title, pack_id, pack_title, setup, question_count, planned_ms, phase, revision, snapshot, started_at, seen_at, ended_at) VALUES (?, 'T', 'p', 'P', '{}', 1, 1, 'ended', 1, '{}', '2025-01-01', '2025-01-01', '2025-01-01')").run(`i${number}`);
        for (let seq = 0; seq < TURNS; seq++) store.sql.prepare("INSERT INTO interview_turn (interview_id, seq, by, kind, position, text, at) VALUES (?, ?, 'candidate', 'answer', 0, ?, '2025-01-01')").run(`i${number}`, seq, `words ${number} ${seq} `.repeat(40));
      }
      return read(store);
    });
    const forms = new Set<string>();
    for (let kill = 0; kill < KILLS; kill++) {
      const child = spawn(process.execPath, [PROCESS, folder.path, START, kill % 2 ? 'before-commit' : 'after-commit', String(kill)], { stdio: ['ignore', 'ignore', 'inherit'] });
      const guard = setTimeout(() => child.kill('SIGTERM'), 60_000);
      expect(await new Promise((done) => child.on('close', (_, signal) => { clearTimeout(guard); done(signal); }))).toBe('SIGKILL');
      withStore((store) => {
        expect(read(store)).toEqual(before);
        const rows = store.sql.prepare(`SELECT i.id, (SELECT count(*) FROM interview_turn WHERE interview_id = i.id) AS rows, coalesce(a.turn_count, 0) AS packed, coalesce(length(a.turns), 0) > 0 AS isPacked,
          (SELECT count(*) FROM interview_text WHERE interview_id = i.id) AS searched FROM interview i LEFT JOIN interview_archive a ON a.interview_id = i.id`).all() as { rows: number; packed: number; isPacked: number; searched: number }[];
        expect(rows).toHaveLength(INTERVIEWS);
        for (const { rows: plain, packed, isPacked, searched } of rows) {
          expect([plain + packed, plain === 0, searched]).toEqual([TURNS, isPacked === 1, TURNS]);
          forms.add(isPacked ? 'packed' : 'rows');
        }
      });
    }
    expect([...forms].toSorted()).toEqual(['packed', 'rows']);
  } finally {
    folder.dispose();
  }
}, 300_000);
