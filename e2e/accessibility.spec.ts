import AxeBuilder from '@axe-core/playwright';
import { prepareGallery } from '../scripts/gallery-states.ts';
import { expect, test } from './fixtures.ts';

test.describe.configure({ timeout: 420_000 });
const numberOf = (name: string): number => Number(name.slice(0, 2));
/** Walks that may go at the same time, each in an app of its own. */
const WALKS: readonly (readonly [string, (name: string) => boolean])[] = [
  ['of the coach', (name) => numberOf(name) < 60 || (numberOf(name) >= 70 && numberOf(name) < 75)],
  ['with models and prompts', (name) => numberOf(name) >= 60 && numberOf(name) < 70],
  ['of memory and scoring', (name) => numberOf(name) >= 75],
];
// Colours are measured where they rest, not half-way through a transition.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

/** Axe over every state that the gallery shows. One walk for both themes, because getting into a state takes longer than looking at it. */
for (const [which, belongs] of WALKS) test(`axe finds nothing serious on any screen ${which}, in both themes`, async ({ page, app }) => {
  const found: string[] = [];
  for (const { name, open, done } of (await prepareGallery(await app.connect())).filter((state) => belongs(state.name))) {
    await page.goto(await app.newUrl());
    await page.waitForURL(`${app.origin}/`);
    await open(page);
    for (const theme of ['light', 'dark'] as const) {
      await page.evaluate((value) => { document.documentElement.dataset['theme'] = value; }, theme);
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
      for (const violation of violations) {
        if (violation.impact === 'serious' || violation.impact === 'critical') found.push(`${name}, ${theme}: ${violation.id} at ${violation.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', ')}`);
      }
    }
    await done?.();
  }
  expect(found).toEqual([]);
});
