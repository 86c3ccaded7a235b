import { expect, it } from 'vitest';
import { watchLoop } from './loop-stall.ts';

it('a loop that is kept busy counts as standing still', async () => {
  const loop = watchLoop();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const { user } = process.cpuUsage();
  while (process.cpuUsage().user - user < 150_000) { /* 150 ms of work */ }
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(loop.stop()).toBeGreaterThan(100);
});
