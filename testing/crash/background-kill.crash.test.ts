import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import * as sqliteVec from 'sqlite-vec';
import { expect, it } from 'vitest';
import { seededRng } from '../../core/sources.ts';
import { temporaryFolder } from '../engine.ts';
import { startFaultServer, type AskedRequest } from '../fault-server/fault-server.ts';

interface Line { found?: true; jobs?: string[]; answered?: string; sessionId?: string; ended?: true; again?: number }

const KILLS = process.env['ROLE_ACCEL_LONG'] === '1' ? 100 : 8;
const SEED = Number(process.env['ROLE_ACCEL_SEED'] ?? 20261121);
const QUOTE = 'we cut the lag from 40 minutes to 4';

/** What a model says to each kind of question: a verdict with a quote, lines of a summary, or a turn of the interviewer. */
function say({ asked }: AskedRequest): string {
  const schema = JSON.stringify(asked?.schema ?? '');
  if (schema.includes('verdict')) return JSON.stringify({ quote: QUOTE, verdict: 'partly' });
  if (schema.includes('lines')) return JSON.stringify({ lines: ['Reports were moved into a nightly job; the lag fell from 40 minutes to 4.'] });
  return 'Thank you. Who decided that, and how did you measure it?';
}

function runUntilKilled(args: string[], killAfterMs: number | null): Promise<{ lines: Line[]; signal: NodeJS.Signals | null }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'background-process.ts'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  let timer: NodeJS.Timeout | undefined;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    if (out === '' && killAfterMs !== null) timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    out += chunk;
  });
  const guard = setTimeout(() => child.kill('SIGTERM'), 120_000);
  return new Promise((resolve) => child.on('close', (_, signal) => {
    clearTimeout(timer);
    clearTimeout(guard);
    resolve({ signal, lines: out.split('\n').filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as Line) });
  }));
}

it(`finishes every job once and loses no turn over ${KILLS} kills while jobs, compaction and new vectors run`, async () => {
  const rng = seededRng(SEED);
  const folder = temporaryFolder();
  const server = await startFaultServer({ say });
  const [dataDir, configDir] = [join(folder.path, 'data'), join(folder.path, 'config')];
  mkdirSync(configDir);
  writeFileSync(join(configDir, 'providers.json'), JSON.stringify({ version: 1, providers: [{ id: 'loop', kind: 'openai-compatible', name: 'Loopback', baseUrl: server.openaiUrl, model: 'model', embeddingModel: 'vectors', needsKey: false, contextTokens: 2400 }] }));
  const lane = { about: 'Test', order: ['loop'], concurrency: 4, contextTokens: 2400, maxOutputTokens: 200, firstTokenTimeoutMs: 8000, idleTimeoutMs: 5000, timeoutMs: 20_000, cache: false, tokenLimit: null, costLimitMicroUsd: null };
  writeFileSync(join(configDir, 'lanes.json'), JSON.stringify({ version: 1, lanes: { 'interactive-deep': { ...lane, priority: 'interactive' }, background: { ...lane, priority: 'background' }, embedding: { ...lane, priority: 'background' } } }));
  const acknowledged: { text: string; sessionId: string }[] = [];
  const caught = new Map<string, number>();
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const moment = rng.next();
      const { lines, signal } = moment < 0.5 ? await runUntilKilled([dataDir, configDir], 100 + Math.floor(rng.next() * 900))
        : await runUntilKilled([dataDir, configDir, moment < 0.75 ? 'before-commit' : 'after-commit', String(Math.floor(rng.next() * 120))], null);
      expect(signal, `kill ${kill}`).toBe('SIGKILL');
      for (const kind of new Set(lines[0]?.jobs)) caught.set(kind, (caught.get(kind) ?? 0) + 1);
      for (const { answered, sessionId } of lines) if (answered !== undefined && sessionId !== undefined) acknowledged.push({ text: answered, sessionId });
    }
    const end = await runUntilKilled([dataDir, configDir, 'end'], null);
    expect(end).toMatchObject({ signal: null });
    expect(end.lines.at(-1)).toMatchObject({ ended: true });

    const db = new Database(join(dataDir, 'role-accel.db'), { readonly: true });
    sqliteVec.load(db);
    const rows = <Row>(sql: string): Row[] => db.prepare(sql).all() as Row[];
    const count = (sql: string): number => rows<{ n: number }>(`SELECT count(*) AS n FROM (${sql})`)[0]?.n ?? -1;
    try {
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
      const texts = new Set(rows<{ text: string }>("SELECT text FROM interview_turn WHERE kind = 'answer' OR kind = 'remark'").map(({ text }) => text));
      expect(acknowledged.filter(({ text }) => !texts.has(text)), 'answers that were acknowledged and are gone').toEqual([]);
      expect(rows("SELECT kind, state, error_says FROM job WHERE state NOT IN ('done', 'cancelled')"), 'jobs that did not end').toEqual([]);
      expect(count("SELECT 1 FROM interview_turn WHERE state <> 'said' AND interview_id IN (SELECT id FROM interview WHERE ended_at IS NOT NULL)"), 'turns left unsaid').toBe(0);
      // Each ended interview was scored once, question by question, and no other was.
      expect(rows("SELECT interview_id, position FROM interview_question WHERE grade IS NOT NULL AND interview_id IN (SELECT id FROM interview WHERE ended_at IS NOT NULL) EXCEPT SELECT interview_id, position FROM interview_model_grade"), 'answers without their second reading').toEqual([]);
      expect(count('SELECT interview_id, position FROM interview_model_grade EXCEPT SELECT interview_id, position FROM interview_question WHERE grade IS NOT NULL')).toBe(0);
      // Every answer is remembered once, in passages that the index and each whole set of vectors hold.
      expect(rows("SELECT interview_id, seq, (SELECT count(*) FROM memory_source s JOIN memory_item m ON m.id = s.item AND m.kind = 'turn' WHERE s.session_id = t.interview_id AND s.seq = t.seq) AS times FROM interview_turn t WHERE kind = 'answer' AND times <> 1"), 'answers not remembered once').toEqual([]);
      expect(count('SELECT id FROM memory_item EXCEPT SELECT item FROM memory_chunk'), 'things remembered without passages').toBe(0);
      const sets = rows<{ id: number; name: string; state: string }>('SELECT id, name, state FROM memory_embedder');
      expect(sets.map(({ state }) => state), 'sets of vectors').toEqual(sets.map(() => 'ready'));
      for (const { id, name } of sets) {
        expect(count(`SELECT id FROM memory_chunk EXCEPT SELECT chunk FROM memory_vector_${id}`), `passages without vector of ${name}`).toBe(0);
        expect(count(`SELECT chunk FROM memory_vector_${id} EXCEPT SELECT id FROM memory_chunk`), `vectors of ${name} without passage`).toBe(0);
      }
      const summaries = rows<{ session_id: string; summarised_to: number; summary: string; compactions: number; turns: number }>('SELECT c.*, (SELECT count(*) FROM interview_turn WHERE interview_id = session_id) AS turns FROM conversation_summary c');
      for (const { summary, summarised_to: to, turns, session_id: id } of summaries) {
        expect(Array.isArray(JSON.parse(summary)), id).toBe(true);
        expect(to).toBeLessThan(turns);
      }
      const compactions = summaries.reduce((sum, { compactions: made }) => sum + made, 0);
      const table = [...caught].toSorted().map(([kind, times]) => {
        const [done] = rows<{ n: number; again: number }>(`SELECT count(*) AS n, coalesce(sum(attempts > 1), 0) AS again FROM job WHERE kind = '${kind}' AND state = 'done'`);
        return `  ${kind.padEnd(22)} waited or ran at ${String(times).padStart(3)} kills; ${done?.n ?? 0} of the last ended ones done, ${done?.again ?? 0} of them after a crash`;
      });
      console.log([`${KILLS} kills (seed ${SEED}): ${acknowledged.length} answers acknowledged, none lost; ${count('SELECT 1 FROM interview')} interviews, ${compactions} compactions, ${count('SELECT 1 FROM interview_model_grade')} questions read by a model, ${sets.length} sets of vectors, ${count('SELECT 1 FROM memory_chunk')} passages; ${end.lines.at(-1)?.again ?? 0} jobs given up after crashes in a row and done by Try again`, ...table].join('\n'));
      expect(caught.size).toBeGreaterThan(KILLS > 50 ? 3 : 0);
    } finally {
      db.close();
    }
  } finally {
    await server.close();
    folder.dispose();
  }
}, 1_800_000);
