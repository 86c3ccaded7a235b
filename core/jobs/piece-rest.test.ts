import { expect, it } from 'vitest';
import { restsBetweenPieces } from './piece-rest.ts';

const work = (ms: number): void => { const end = performance.now() + ms; while (performance.now() < end); };

it('rests about twice as long as a piece took, and not long after one that waited for something', async () => {
  const rest = restsBetweenPieces(new AbortController().signal);
  for (const [pieceMs, least, most] of [[10, 18, 60], [200, 38, 150]] as const) {
    work(pieceMs);
    const begun = performance.now();
    await rest();
    expect(performance.now() - begun).toBeGreaterThanOrEqual(least);
    expect(performance.now() - begun).toBeLessThan(most);
  }
});

it('lets others go first even after a piece that took no time', async () => {
  const order: string[] = [];
  const rest = restsBetweenPieces(new AbortController().signal);
  setImmediate(() => order.push('somebody'));
  await rest();
  order.push('work');
  expect(order).toEqual(['somebody', 'work']);
});

it('ends with an abort, without throwing', async () => {
  const stop = new AbortController();
  const rest = restsBetweenPieces(stop.signal);
  work(200);
  const begun = performance.now();
  const resting = rest();
  stop.abort();
  await resting;
  expect(performance.now() - begun).toBeLessThan(30);
});
