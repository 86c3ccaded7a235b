import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, expect, test } from 'vitest';
import type { AppStatus } from '../../../../core/contract/app.ts';
import { startStrings } from '../../../app/strings.ts';
import { queryKeys } from '../../../client/query-keys.ts';
import { TrustLine } from './trust-line.tsx';

beforeAll(() => startStrings());
function draw(comparing: AppStatus['comparing']): string {
  const client = new QueryClient();
  client.setQueryData(queryKeys.status, { answering: { who: 'coach', name: 'Built-in coach', leaves: 'nothing', host: null }, comparing });
  return renderToStaticMarkup(<QueryClientProvider client={client}><TrustLine className={undefined} /></QueryClientProvider>);
}

test('says that nothing is sent only where nothing is', () => {
  expect(draw(null)).toContain('Nothing is sent anywhere.');
  const html = draw({ name: 'Vectors', host: 'b.test' });
  expect(html).not.toContain('Nothing is sent');
  expect(html).toContain('also goes to Vectors at b.test to be compared by meaning');
});
