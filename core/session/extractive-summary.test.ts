import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exchange, frame, measure, summaryCues } from '../../testing/long-conversation.ts';
import { textsAsMessages } from './context-messages.ts';
import { summariseTurns, summaryLines, weigh, type SummaryEntry, type SummaryTurn } from './extractive-summary.ts';
import { sentencesIn } from './sentences.ts';

const seed = Number(process.env['ROLE_ACCEL_SEED'] ?? Date.now() % 2 ** 31);
console.info(`summary: properties with ROLE_ACCEL_SEED=${seed}`);
const summarise = (turns: SummaryTurn[], limitTokens = 1000, before: SummaryEntry[] = []): SummaryEntry[] => summariseTurns({ before, turns, limitTokens, cues: summaryCues, ...measure });
const asked = (seq: number, title: string): SummaryTurn => ({ seq, role: 'assistant', title, text: `Tell me about ${title}.` });
const said = (seq: number, text: string, points?: string[]): SummaryTurn => ({ seq, role: 'user', text, ...(points ? { points } : {}) });
const tokens = (entries: readonly SummaryEntry[]): number => measure.count(textsAsMessages([frame('summary', summaryLines(entries))]));

describe('a summary without a model', () => {
  it('keeps titles, figures, decisions and points, word for word, and drops phrases', () => {
    const entries = summarise([
      asked(0, 'Slow report'), said(1, 'Well, you know, it was a long story. I decided to add an index on the orders table. In the end it took 4 seconds instead of 90. I think it went quite well.', ['measures before and after']),
      asked(2, 'Conflict'), said(3, 'Hm, hard to say.'),
    ]);
    expect(summaryLines(entries)).toEqual([
      'Slow report: I decided to add an index on the orders table. In the end it took 4 seconds instead of 90. (+ measures before and after)',
      'Conflict',
    ]);
  });

  it('lets old facts outlive new phrases, and old phrases go first', () => {
    const first = summarise([asked(0, 'Outage'), said(1, 'I rolled the release back within 6 minutes and as a result we lost 12 orders. I was on call with Anna.')]);
    const limit = tokens(first);
    const second = summarise([asked(2, 'Support'), said(3, 'I was happy there. My desk was beside Ben.')], limit, first);
    expect(summaryLines(second).join(' ')).toContain('6 minutes');
    expect(summaryLines(second).join(' ')).not.toContain('desk');
  });

  it('remembers a fact over several compactions that bring phrases', () => {
    let entries = summarise([asked(0, 'Outage'), said(1, 'I rolled the release back within 6 minutes and as a result we lost 12 orders.')]);
    const limit = tokens(entries) + 10;
    for (let round = 1; round < 6; round++) entries = summarise([asked(round * 2, `Topic ${round}`), said(round * 2 + 1, `I was glad to meet Ann, Ben and Carla in town ${'abcdef'[round]}.`)], limit, entries);
    expect(summaryLines(entries).join(' ')).toContain('6 minutes');
  });

  it('says nothing twice', () => {
    const turns = [asked(0, 'Outage'), said(1, 'I rolled the release back within 6 minutes.')];
    const once = summarise(turns);
    expect(summaryLines(summarise([asked(2, 'Again'), said(3, 'I rolled the release back within 6 minutes.')], 1000, once)).join(' ').split('6 minutes')).toHaveLength(2);
  });

  it('goes on under the title of the summary before', () => {
    const before = summarise([asked(0, 'Outage'), said(1, 'We lost 12 orders.')]);
    expect(summaryLines(summarise([said(2, 'I called 3 customers myself.')], 1000, before))).toEqual(['Outage: We lost 12 orders. I called 3 customers myself.']);
  });

  it('stays within its tokens, in order, the same every time, and only what was said', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 600 }), fc.array(fc.nat({ max: 500 }), { maxLength: 25 }), fc.integer({ min: 5, max: 200 }), (limitTokens, numbers, words) => {
      const turns = [...new Set(numbers)].toSorted((a, b) => a - b).flatMap((number) => { const { question, answer } = exchange(number, words); return [question, answer]; });
      const before = summarise(turns.slice(0, 8), limitTokens);
      const entries = summarise(turns.slice(8), limitTokens, before);
      for (const list of [before, entries]) if (list.length > 0) expect(tokens(list)).toBeLessThanOrEqual(limitTokens);
      expect(entries.map(({ seq }) => seq)).toEqual(entries.map(({ seq }) => seq).toSorted((a, b) => a - b));
      expect(summarise(turns.slice(8), limitTokens, before)).toEqual(entries);
      const all = turns.map(({ text }) => text.replace(/\s+/g, ' ')).join(' ');
      for (const entry of entries) if (!entry.said.startsWith('(+ ')) expect(all).toContain(entry.said.replace(/ …$/, ''));
    }), { seed, numRuns: 150 });
  });
});

describe('a sentence', () => {
  it.each([
    ['I cut the build from 20 minutes to 6 minutes.', 'It was really fast afterwards, you know.'],
    ['We decided to drop the second cache.', 'There was a second cache somewhere.'],
    ['I moved the jobs to Kafka and Postgres.', 'I think maybe it was moved.'],
  ])('"%s" weighs more than "%s"', (fact, phrase) => {
    expect(weigh(fact, summaryCues)).toBeGreaterThan(weigh(phrase, summaryCues) + 1);
  });

  it('ends where it ends', () => {
    expect(sentencesIn('It took 3.5 s, e.g. at night. Then… we stopped!\n- A list\n- of lines\n\n?')).toEqual(['It took 3.5 s, e.g. at night.', 'Then… we stopped!', 'A list', 'of lines']);
  });
});
