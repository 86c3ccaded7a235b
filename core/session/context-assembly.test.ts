import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../inference/language-model.ts';
import { estimateTokens } from '../tokens.ts';
import { frame } from '../../testing/long-conversation.ts';
import { assembleContext, type ContextInput } from './context-assembly.ts';
import { exchangeStarts } from './context-messages.ts';
import { CONTEXT_RULES } from './context-rules.ts';

const seed = Number(process.env['ROLE_ACCEL_SEED'] ?? Date.now() % 2 ** 31);
console.info(`context assembly: properties with ROLE_ACCEL_SEED=${seed}`);
const runs = (numRuns: number): fc.Parameters<unknown> => ({ seed, numRuns });

const SYSTEM = 'You are the interviewer.';
const STABLE: Message[] = [{ role: 'system', text: SYSTEM }, { role: 'user', text: 'The candidate has sat down.' }];
/** Counts words and charges for each message: another counter than the app's, with a price for the whole as well. */
const words = (messages: readonly { text: string }[]): number => messages.reduce((sum, { text }) => sum + 4 + text.split(/\s+/).length, 3);

/** Words of their own for each item, so that it can be found again. */
const text = (mark: string, size: number): string => `${mark}: ${'so it was '.repeat(size)}(${mark} ends)`;
const texts = (mark: string, most: number) => fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: most }).map((sizes) => sizes.map((size, index) => text(`${mark}${index}`, size)));
const inputs = fc.record({
  facts: texts('fact', 8), summary: texts('line', 8), recalled: texts('memory', 8),
  sizes: fc.array(fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 80 }) }, { weight: 1, arbitrary: fc.integer({ min: 500, max: 4000 }) }), { maxLength: 30 }),
  said: fc.option(fc.oneof(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 500, max: 4000 })), { nil: null }),
  from: fc.option(fc.nat({ max: 30 }), { nil: undefined }), budgetTokens: fc.integer({ min: 150, max: 9000 }), other: fc.boolean(), system: fc.boolean(), mentor: fc.boolean(),
}).map(({ facts, summary, recalled, sizes, said, from, budgetTokens, other, system, mentor }): ContextInput => {
  const turns = sizes.map((size, seq) => ({ seq, role: (seq % 2 === 0) === mentor ? 'user' as const : 'assistant' as const, text: text(`turn${seq}`, size) }));
  return {
    stable: system ? STABLE.slice(0, 1) : STABLE, facts, summary, recalled, turns, ...(from === undefined ? {} : { from }),
    last: { said: said === null ? null : { seq: sizes.length, role: 'user', text: text('new', said) }, instruction: 'Do it now.' }, budgetTokens, count: other ? words : estimateTokens, frame,
  };
});
const whole = (messages: readonly Message[]): string => messages.map(({ text: said }) => said).join('\n');

describe('whatever goes in', () => {
  it('never passes the budget, keeps system part, instruction and new turn, or says that it cannot', () => {
    let refused = 0;
    fc.assert(fc.property(inputs, (input) => {
      const context = assembleContext(input);
      if (!context.ok) {
        refused++;
        expect(context.neededTokens).toBeGreaterThan(input.budgetTokens);
        const said = input.last.said && { ...input.last.said, text: input.last.said.text.slice(0, CONTEXT_RULES.leastTurnCharacters) };
        // It refuses only when less than the least would not have fitted.
        expect(input.count([...input.stable, ...(said ? [{ role: said.role, text: said.text }] : []), { role: 'user', text: 'Do it now.' }])).toBeGreaterThan(input.budgetTokens - 40);
        return;
      }
      expect(context.tokens).toBeLessThanOrEqual(input.budgetTokens);
      expect(input.count(context.messages)).toBe(context.tokens);
      expect(context.messages[0]).toEqual(STABLE[0]);
      const last = context.messages.at(-1)?.text ?? '';
      expect(last.endsWith('Do it now.')).toBe(true);
      if (input.last.said) { expect(last).toContain('new:'); expect(last).toContain('(new ends)'); }
    }), runs(600));
    expect(refused).toBeLessThan(300);
  });

  it('takes whole items only, in order, and the middle of a long turn out with a mark', () => {
    fc.assert(fc.property(inputs, (input) => {
      const context = assembleContext(input);
      if (!context.ok) return;
      const said = whole(context.messages);
      const places: number[] = [];
      for (const mark of [...input.facts, ...input.summary, ...input.turns.map((turn) => turn.text), ...(input.last.said ? [input.last.said.text] : []), ...input.recalled]) {
        const name = mark.slice(0, mark.indexOf(':') + 1);
        const at = said.indexOf(name);
        expect(said.includes(`(${name.slice(0, -1)} ends)`)).toBe(at !== -1);
        if (at === -1) continue;
        places.push(at);
        if (!said.includes(mark)) expect(/^(turn|new)/.test(name) && said.includes('[…]')).toBe(true);
      }
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      expect(context.messages.every(({ role }, index, all) => role === 'system' || role !== all[index - 1]?.role)).toBe(true);
    }), runs(400));
  });

  it('keeps turns without a hole, and begins them where an exchange begins', () => {
    fc.assert(fc.property(inputs, (input) => {
      const context = assembleContext(input);
      if (!context.ok) return;
      const said = whole(context.messages);
      const inside = input.turns.filter(({ seq }) => said.includes(`turn${seq}:`));
      expect(inside).toEqual(input.turns.slice(input.turns.length - inside.length));
      if (inside[0]) expect(context.from).toBe(inside[0].seq);
      if (inside[0] && inside[0].seq !== input.from) expect(inside[0].role).toBe(input.turns.find(({ seq }) => seq >= (input.from ?? 0))?.role);
    }), runs(400));
  });

  it('reports what was left out, and it adds up', () => {
    fc.assert(fc.property(inputs, (input) => {
      const context = assembleContext(input);
      if (!context.ok) return;
      const said = whole(context.messages);
      const lists = { facts: input.facts, summary: input.summary, recalled: input.recalled, turns: input.turns.map((turn) => turn.text) };
      for (const [kind, items] of Object.entries(lists)) {
        const out = items.filter((item) => !said.includes(`${item.slice(0, item.indexOf(':'))}:`));
        const reported = context.leftOut.find((one) => one.kind === kind);
        expect(reported?.count ?? 0).toBe(out.length);
        if (reported) expect(reported.tokens).toBe(input.count(out.map((item) => ({ role: 'user', text: item }))));
      }
      expect(context.leftOut.find(({ kind }) => kind === 'middle')?.count ?? 0).toBe(said.split('[…]').length - 1);
      for (const { tokens } of context.leftOut) expect(tokens).toBeGreaterThan(0);
    }), runs(400));
  });

  it('says the same again and changes nothing it was given', () => {
    fc.assert(fc.property(inputs, (input) => {
      const before = JSON.stringify(input);
      expect(assembleContext(input)).toEqual(assembleContext({ ...input, turns: structuredClone(input.turns) }));
      expect(JSON.stringify(input)).toBe(before);
    }), runs(150));
  });
});

describe('what a model is given', () => {
  const turns = [{ seq: 0, role: 'assistant' as const, text: 'What did you do?' }];
  const base: ContextInput = { stable: STABLE, facts: ['Works at Siemens'], summary: ['Queues: used one'], recalled: ['Spoke of Kafka in May'], turns, last: { said: { seq: 1, role: 'user', text: 'I measured it.' }, instruction: 'Ask on.' }, budgetTokens: 4000, count: estimateTokens, frame };

  it('stands in this order: stable part, facts, summary, turns, new turn, memories, what to do now', () => {
    expect(assembleContext(base)).toMatchObject({ ok: true, stableMessages: 3, from: 0, leftOut: [], messages: [
      STABLE[0], { role: 'user', text: 'The candidate has sat down.\n\n<facts>\n- Works at Siemens\n</facts>\n\n<summary>\n- Queues: used one\n</summary>' },
      turns[0] && { role: 'assistant', text: turns[0].text }, { role: 'user', text: 'I measured it.\n\n<recalled>\n- Spoke of Kafka in May\n</recalled>\n\nAsk on.' },
    ] });
  });

  it('leaves the same turns in whatever is recalled', () => {
    const long = Array.from({ length: 40 }, (_, seq) => ({ seq, role: seq % 2 === 0 ? 'assistant' as const : 'user' as const, text: text(`turn${seq}`, 20) }));
    const from = [[], Array.from({ length: 10 }, (_, index) => text(`memory${index}`, 10))].map((recalled) => assembleContext({ ...base, turns: long, recalled, budgetTokens: 2500 }));
    expect(from.map((context) => context.ok && context.from)).toEqual([from[0]?.ok && from[0].from, from[0]?.ok && from[0].from]);
    expect(from[1]?.ok && from[1].messages.slice(0, -1)).toEqual(from[0]?.ok && from[0].messages.slice(0, -1));
  });

  it('counts no message as stable that the next words will join', () => {
    const context = assembleContext({ ...base, last: { said: null, instruction: 'Go on.' } });
    expect(context).toMatchObject({ stableMessages: 2 });
  });

  it('refuses a stable part that fills the budget', () => {
    expect(assembleContext({ ...base, stable: [{ role: 'system', text: 'x '.repeat(9000) }] })).toMatchObject({ ok: false, code: 'CONTEXT_TOO_SMALL', budgetTokens: 4000 });
  });

  it('cuts no character in two', () => {
    for (let budgetTokens = 300; budgetTokens < 340; budgetTokens++) {
      const context = assembleContext({ ...base, budgetTokens, last: { said: { seq: 1, role: 'user', text: '😀'.repeat(3000) }, instruction: 'Ask on.' } });
      expect(context.ok && context.messages.every((message) => message.text.isWellFormed())).toBe(true);
    }
  });

  it('has room for a memory however many turns there are', () => {
    for (let length = 0; length < 60; length++) {
      const long = Array.from({ length }, (_, seq) => ({ seq, role: seq % 2 === 0 ? 'assistant' as const : 'user' as const, text: text(`turn${seq}`, 20) }));
      expect(assembleContext({ ...base, turns: long, last: { ...base.last, said: null }, recalled: [text('memory', 30)], budgetTokens: 1500 })).toMatchObject({ ok: true, leftOut: length < 17 ? [] : expect.not.arrayContaining([expect.objectContaining({ kind: 'recalled' })]) });
    }
  });

  it('leaves memories out when two long turns have taken their room', () => {
    const full = (mark: string, share: number): string[] => Array.from({ length: 200 }, (_, index) => text(`${mark}${index}`, share));
    let leftOut = 0;
    for (let budgetTokens = 1000; budgetTokens < 9000; budgetTokens += 100) {
      const context = assembleContext({
        ...base, facts: full('fact', 1), summary: full('line', 1), recalled: full('memory', 1), budgetTokens, stable: STABLE.slice(0, 1), last: { said: null, instruction: 'Do it now. '.repeat(12) },
        turns: [{ seq: 0, role: 'user', text: text('turn0', 9000) }, { seq: 1, role: 'assistant', text: text('turn1', 9000) }],
      });
      if (!context.ok) throw new Error(context.code);
      expect(context.tokens).toBeLessThanOrEqual(budgetTokens);
      if (!context.messages.at(-1)?.text.includes('<recalled>')) leftOut++;
      expect(context.tokens).toBeGreaterThan(budgetTokens * 0.9);
    }
    expect(leftOut).toBeLessThan(80);
  });

  it('shortens a long turn alike when it is new and when it is old', () => {
    const long = { seq: 1, role: 'user' as const, text: text('turn1', 3000) };
    const asNew = assembleContext({ ...base, recalled: [], last: { said: long, instruction: '' } });
    const asOld = assembleContext({ ...base, turns: [...turns, long, { seq: 2, role: 'assistant', text: 'And then?' }], last: { said: { seq: 3, role: 'user', text: 'Nothing.' }, instruction: '' } });
    expect(asNew.ok && asNew.messages.at(-1)?.text).toContain('[…]');
    expect(asOld.ok && asOld.messages.slice(0, 4)).toEqual(asNew.ok && asNew.messages);
  });

  it('begins an exchange with the first words of a breath', () => {
    const roles = ['assistant', 'assistant', 'user', 'user', 'assistant', 'assistant', 'user'] as const;
    expect(exchangeStarts(roles.map((role, seq) => ({ seq, role, text: '' })))).toEqual([0, 4]);
    expect(exchangeStarts([])).toEqual([]);
  });
});
