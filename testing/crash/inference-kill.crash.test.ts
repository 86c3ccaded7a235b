import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { SessionView } from '../../core/contract/interview.ts';
import { seededRng } from '../../core/sources.ts';
import { SETUP } from '../engine.ts';
import { startLoopbackApp } from '../loopback-app.ts';
import { tinyModel } from '../tiny-model.ts';
import { settled } from '../settled.ts';

const KILLS = process.env['ROLE_ACCEL_LONG'] === '1' ? 50 : 5;
const SEED = Number(process.env['ROLE_ACCEL_SEED'] ?? 20261121);
const BEAT_MS = 10;
/** Saying the words takes about so long, once the prompt is read; every other kill falls into these, the rest anywhere before. */
const SPEECH_MS = 80;
/** In the whole proof; the sample runs beside other tests, whose load is not ours. */
const LONGEST_BEAT_MS = process.env['ROLE_ACCEL_LONG'] === '1' ? 100 : 400;
/** A question of some forty words, so that there is a stream to kill. */
const SAYS = 'Good, that helps me along. Which part of this work did your own team decide, what were you told by others before then, and how could one tell afterwards whether it had really made a difference for people who use these reports every morning?';
const ANSWER = 'I moved the nightly reports into a queue and measured the time before and after: it fell from forty minutes to four.';

/** Children of a process by Linux's /proc; the inference process is the one that runs its entry. */
function inferenceProcessOf(parent: number): number | undefined {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).find((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('inference-process');
    } catch { return false; } // it ended while it was looked at
  });
}

it.skipIf(!existsSync('/proc/self/stat'))(`no turn is lost and nothing stalls in ${KILLS} kills of the inference process while it speaks`, async () => {
  const rng = seededRng(SEED);
  const app = await startLoopbackApp();
  const client = await app.connect();
  const beats: number[] = [];
  let beating = true;
  const heart = (async () => {
    while (beating) {
      const start = performance.now();
      await client.app.status().catch(() => { beating = false; });
      beats.push(performance.now() - start);
      await new Promise((resume) => setTimeout(resume, BEAT_MS));
    }
  })();
  try {
    const { modelId } = await client.models.addFile({ path: tinyModel({ size: 'slow', says: SAYS }) });
    let view: SessionView | undefined;
    const answers: string[] = [];
    let speaking = 0;
    let interrupted = 0;
    let midWords = 0;
    const killed = new Set<number>();
    for (let kill = 0; kill < KILLS; kill++) {
      const pid = await freshProcess();
      await client.models.resetBreaker({ providerId: 'local' });
      if (!view || view.phase === 'ended') { view = await settled(client, await client.interview.start({ ...SETUP, mode: 'exam', minutes: 50, questionCount: 20, pressure: 'tough' })); answers.length = 0; }
      const { sessionId } = view;
      const text = `${ANSWER} That is answer ${answers.length + 1}.`;
      const [inSpeech, moment] = [kill % 2 === 0, rng.next() * SPEECH_MS];
      const begun = Promise.withResolvers<void>();
      const stop = new AbortController();
      const speech = (async () => {
        for await (const part of await client.interview.speech({ sessionId }, { signal: stop.signal })) if (part.type === 'delta') begun.resolve();
      })().catch(() => undefined).finally(() => begun.resolve()); // ended with the test's own signal
      view = await client.interview.answer({ sessionId, revision: view.revision, submissionId: `kill-${sessionId}-${kill}`, text });
      answers.push(text);
      if (inSpeech) await Promise.race([begun.promise, new Promise((resume) => setTimeout(resume, 20_000))]);
      await new Promise((resume) => setTimeout(resume, moment));
      const during = await client.interview.session({ sessionId });
      process.kill(pid, 'SIGKILL');
      const killedAt = performance.now();
      if (during.turns.some((turn) => turn.state === 'speaking')) speaking++;
      view = await settled(client, during);
      stop.abort();
      await speech;
      expect(performance.now() - killedAt, 'the turn is whole within a second or so').toBeLessThan(2_000);
      const last = view.turns.findLast((turn) => turn.by === 'interviewer' && turn.kind !== 'question');
      expect(last?.text.length).toBeGreaterThan(5);
      if (last?.madeBy?.instead !== undefined) interrupted++;
      if (during.turns.some((turn) => turn.state === 'speaking' && turn.text !== '') || last?.cut) midWords++;
      expect(view.turns.filter((turn) => turn.by === 'candidate').map((turn) => turn.text)).toEqual(answers.slice(-view.turns.filter((turn) => turn.by === 'candidate').length));
    }
    /** A process with the model in memory that was not killed yet: right after a kill the engine may not have noticed. */
    async function freshProcess(): Promise<number> {
      for (const until = Date.now() + 30_000; Date.now() < until;) {
        await client.models.useModel({ modelId, contextTokens: 8192 });
        const pid = inferenceProcessOf(app.process.pid ?? 0);
        if (pid !== undefined && !killed.has(pid)) { killed.add(pid); return pid; }
        await new Promise((resume) => setTimeout(resume, 20));
      }
      throw new Error('there is no inference process');
    }
    beating = false;
    await heart;
    console.log(`killed ${KILLS} times, ${speaking} of them while a turn was being worded, ${midWords} with words shown already, ${interrupted} turns finished by the coach; slowest of ${beats.length} heartbeats ${Math.max(...beats).toFixed(0)} ms`);
    expect(speaking).toBeGreaterThan(0);
    if (process.env['ROLE_ACCEL_LONG'] === '1') expect(midWords).toBeGreaterThan(0);
    expect(Math.max(...beats)).toBeLessThan(LONGEST_BEAT_MS);
  } finally {
    beating = false;
    await app.stop();
  }
}, 600_000);
