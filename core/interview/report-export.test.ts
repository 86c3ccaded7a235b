import { afterEach, beforeEach, expect, it } from 'vitest';
import { at, SETUP, startTestEngine, submission } from '../../testing/engine.ts';
import type { Report } from '../contract/interview.ts';

let running: Awaited<ReturnType<typeof startTestEngine>>;
let sessionId: string;
const NASTY = 'I wrote <script>alert(1)</script> and `code`, # not a heading, | a pipe |, in **bold**.\n\nŽluťoučký kůň, Привет, Ω and 🚀 as well, measured at 40 percent.';
beforeEach(async () => {
  running = await startTestEngine();
  let view = await running.client.interview.start({ ...SETUP, followUps: false, questionCount: 2 });
  view = await running.client.interview.answer({ ...at(view), submissionId: submission(), text: NASTY });
  sessionId = (await running.client.interview.end(at(view))).sessionId;
});
afterEach(async () => { await running.stop(); });

it('writes Markdown in which an answer is words and never markup', async () => {
  const file = await running.client.interview.export({ sessionId, format: 'markdown' });
  const text = await file.text();
  expect(file.name).toBe('2026-11-20 Backend engineer, mid.md');
  expect(text).toContain('> I wrote \\<script\\>alert(1)\\</script\\> and \\`code\\`, \\# not a heading, \\| a pipe \\|, in \\*\\*bold\\*\\*.');
  expect(text).toContain('Žluťoučký kůň, Привет, Ω and 🚀');
  expect(text).toContain('Not reached.');
});

it('writes JSON that holds the whole report', async () => {
  const { format, report } = JSON.parse(await (await running.client.interview.export({ sessionId, format: 'json' })).text()) as { format: string; report: Report };
  expect(format).toBe('role-accel-report');
  expect(report).toEqual(await running.client.interview.report({ sessionId }));
  expect(report.questions[0]?.parts[0]?.text).toBe(NASTY);
});

it('writes a PDF whatever the script of the answer', async () => {
  const bytes = Buffer.from(await (await running.client.interview.export({ sessionId, format: 'pdf' })).arrayBuffer());
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  expect(bytes.subarray(-8).toString()).toContain('%%EOF');
  expect(bytes.toString('latin1').match(/\/Type \/Page\b/g)?.length).toBeGreaterThanOrEqual(1);
});
