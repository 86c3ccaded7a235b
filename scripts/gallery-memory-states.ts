import type { Page } from '@playwright/test';
import type { SessionView } from '../core/contract/interview.ts';
import { settled } from '../testing/settled.ts';
import type { RoomTools } from './gallery-model-states.ts';
import type { GalleryState } from './gallery-states.ts';

const ANSWER = 'I worked at Nordwind when the import service began to fall behind after a deploy. I first measured where the time went and saw that 80 percent was one query without an index, so I rolled back, added the index on a copy and compared. I reduced the p95 from 1800 to 240 milliseconds, and the consumer lag on Kafka came down within the hour. I struggle with sharing a number before an opinion.';
const FIGURES = { kind: 'note', title: 'Figures to have at hand', text: 'p95 of the import from 1800 to 240 ms; 9,000 orders an hour; two nights on call in nine weeks, the last four silent.' } as const;
const PASSING = { kind: 'note', title: 'Old phone number', text: 'Do not give the old number any more: 0171 555 0199.' } as const;
const RESUME = {
  kind: 'resume', title: 'Résumé, spring',
  text: 'Mara Keller\nBackend engineer\n\n# Nordwind, 2021 to now\n\n- Built the import platform, 9,000 orders an hour, on Kafka and PostgreSQL\n- Wrote the canary stage that compares queue depth before a rollout goes on\n- Carried the pager for nine weeks; the last four were silent\n\n# Lagerhaus, 2018 to 2021\n\n- Checkout: one statement that checks and changes, so that two buyers cannot both pass\n- Moved 14 services from cron to queues\n\n# What I look for\n\nA team that owns its services from design to on-call, and reads plans of queries together.',
} as const;
const POSTING = { kind: 'job', title: 'Backend engineer at Seewind', text: 'We look for a backend engineer.\n- 3 years of PostgreSQL, a must\n- API design and caching\n- Kafka is nice to have\n- You own a service from design to on-call' } as const;

/** The memory before anything is remembered; to be taken from an engine that is new. */
export function emptyMemoryState({ goTo }: Pick<RoomTools, 'goTo'>): GalleryState {
  return { name: '67-memory-empty', open: goTo('/settings/memory') };
}

/** What is remembered: listed, searched, opened, changed, forgotten, added, and how meaning is compared. Nobody but the coach answers here. */
export function memoryStates({ client, goTo, say }: RoomTools): GalleryState[] {
  const memory = goTo('/settings/memory');
  const seed = async (): Promise<void> => {
    const { setup } = await client.interview.setupDefaults();
    await client.interview.start({ ...setup, packId: 'backend-engineer', kind: 'technical', pressure: 'neutral', followUps: false, questionCount: 1 });
    const view: SessionView = await settled(client, await client.interview.retry({ questionId: 'be-nightly-job-doubled', mode: 'practice' }));
    const answered = await settled(client, await say(view, ANSWER));
    if (answered.phase !== 'ended') await client.interview.end({ sessionId: answered.sessionId, revision: answered.revision });
    await client.memory.add(RESUME);
    await client.memory.add(POSTING);
    const { item } = await client.memory.add(FIGURES);
    await client.memory.pin({ itemId: item.itemId, pinned: true });
    // Facts are found in the background; an interview may hold none.
    for (let tries = 0; tries < 80 && !(await client.memory.status()).kinds.some(({ kind }) => kind === 'fact'); tries++) await new Promise((resume) => setTimeout(resume, 25));
  };
  let seeded: Promise<void> | undefined;
  const list = async (page: Page): Promise<void> => { await (seeded ??= seed()); await memory(page); await page.getByRole('list', { name: 'What is remembered' }).waitFor(); };
  const search = (words: string) => async (page: Page): Promise<void> => {
    await list(page);
    await page.getByRole('searchbox').fill(words);
    await page.waitForTimeout(900);
  };
  const openItem = (title: string) => async (page: Page): Promise<void> => {
    await search(title)(page);
    await page.getByRole('list', { name: 'Found' }).getByRole('button', { name: new RegExp(title) }).first().click();
    await page.getByRole('button', { name: `Edit: ${title}` }).waitFor();
    await page.waitForTimeout(300);
  };
  const forget = async (page: Page): Promise<void> => {
    await seeded;
    await client.memory.add(PASSING);
    await openItem(PASSING.title)(page);
    await page.getByRole('button', { name: `Forget: ${PASSING.title}` }).last().click();
    await page.getByRole('button', { name: 'Forget', exact: true }).waitFor();
  };
  const add = async (page: Page): Promise<void> => { await list(page); await page.getByRole('button', { name: 'Add', exact: true }).click(); await page.getByRole('dialog').waitFor(); };
  /** On small windows it is behind a button. */
  const compare = async (page: Page): Promise<void> => {
    await list(page);
    const button = page.getByRole('button', { name: 'How it compares' });
    if (await button.isVisible()) await button.click();
    await page.getByRole('list', { name: 'Ways to compare meaning' }).waitFor();
  };
  /** A model elsewhere that could compare meaning; it has a key that is none, and nobody asks it. */
  const addEmbedder = async (): Promise<void> => {
    await client.models.setKey({ providerId: 'openai', key: 'not-a-key', keep: 'session' });
    await client.models.updateProvider({ providerId: 'openai', change: { embeddingModel: 'text-embedding-3-small' } });
  };
  const compareAway = async (page: Page): Promise<void> => {
    await addEmbedder();
    await compare(page);
    await page.getByRole('button', { name: /^Use .*OpenAI/ }).waitFor();
  };
  return [
    { name: '67-memory-list', open: list },
    { name: '67-memory-search', open: async (page) => { await search('kafka lag')(page); await page.getByRole('button', { name: /^Why here/ }).first().click(); } },
    { name: '67-memory-nearest', open: search('zzzz qqqq xxxx') },
    { name: '67-memory-fact', open: async (page) => { await list(page); await page.getByRole('radio', { name: /^Facts/ }).check({ force: true }); await page.getByRole('list', { name: 'What is remembered' }).getByRole('listitem').first().getByRole('button').first().click(); await page.getByRole('heading', { name: 'Where it comes from' }).waitFor(); } },
    { name: '67-memory-item', open: openItem(RESUME.title) },
    { name: '67-memory-edit', open: async (page) => {
      await openItem(FIGURES.title)(page);
      await page.getByRole('button', { name: `Edit: ${FIGURES.title}` }).click();
      await page.getByLabel('Text', { exact: true }).fill('');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
    } },
    { name: '67-memory-forget', open: forget },
    { name: '67-memory-forgotten', open: async (page) => { await forget(page); await page.getByRole('button', { name: 'Forget', exact: true }).click(); await page.getByRole('dialog', { name: 'Forgotten' }).waitFor(); } },
    { name: '67-memory-add', open: add },
    { name: '67-memory-same', open: async (page) => { await add(page); await page.getByLabel('Text', { exact: true }).fill(FIGURES.text); await page.getByRole('button', { name: 'Remember', exact: true }).click(); await page.getByText('This is remembered already').waitFor(); } },
    { name: '67-memory-compare', open: compareAway },
    { name: '67-memory-send-away', open: async (page) => { await compareAway(page); await page.getByRole('button', { name: /^Use .*OpenAI/ }).click(); await page.getByRole('dialog', { name: /^Send what is remembered/ }).waitFor(); }, done: async () => { await client.models.forgetKey({ providerId: 'openai' }); } },
  ];
}
