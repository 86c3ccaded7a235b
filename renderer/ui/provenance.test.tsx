import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, expect, test } from 'vitest';
import { Router } from 'wouter';
import { startStrings } from '../app/strings.ts';
import { Provenance, type MadeBy } from './provenance.tsx';

beforeAll(() => startStrings());

const COACH: MadeBy = { who: 'coach', part: 'rubric', version: '7' };
const HASH = '0123456789ab';
const MODEL: MadeBy = {
  who: 'local', part: 'interview/follow-up', version: '2', model: { provider: 'This machine', name: 'Compact 4B', inputTokens: 300, outputTokens: 34 },
  prompts: [{ id: 'interview/follow-up', version: '2', hash: HASH }, { id: 'interview/interviewer', version: '1', hash: 'ba9876543210' }],
};
const draw = (props: Parameters<typeof Provenance>[0]): string => renderToStaticMarkup(<Router ssrPath="/interview/s1/report"><Provenance {...props} /></Router>);
const stops = (html: string): number => (html.match(/<(a|button)(?![^>]*tabindex="-1")/g) ?? []).length;

test('the prompt leads to the exact words of the first one it names, and says so', () => {
  const html = draw({ madeBy: MODEL });
  expect(html).toContain(`href="/settings/prompts/words/${HASH}"`);
  expect(html).toMatch(/title="Show the exact words of interview\/follow-up, version 2"[^>]*>follow-up 2</);
});

test('where nobody should leave, the words open in place', () => {
  const html = draw({ madeBy: MODEL, onWords: () => undefined });
  expect(html).not.toContain('href');
  expect(html).toMatch(/<button[^>]*aria-haspopup="dialog"[^>]*>follow-up 2</);
});

test('what no prompt made stays as it is: words without a way anywhere', () => {
  expect(draw({ madeBy: COACH })).not.toMatch(/<a|<button/);
  expect(draw({ madeBy: COACH })).toContain('rubric 7');
  expect(draw({ madeBy: { ...MODEL, prompts: [] } })).not.toContain('href');
});

test('the given thumb is the pressed one', () => {
  expect(draw({ madeBy: MODEL, rating: 'down', onRate: () => undefined })).toMatch(/not useful" aria-pressed="true"/);
  expect(draw({ madeBy: MODEL, onRate: () => undefined })).not.toContain('aria-pressed="true"');
});

test('a line out of the Tab order keeps its controls, each reachable by script and none by Tab', () => {
  expect(stops(draw({ madeBy: MODEL, onRate: () => undefined }))).toBe(3);
  const html = draw({ madeBy: MODEL, onRate: () => undefined, tabStops: false });
  expect([stops(html), (html.match(/<(a|button)/g) ?? []).length]).toEqual([0, 3]);
});
