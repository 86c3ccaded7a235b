import { join } from 'node:path';
import { loadLanguage, type Language } from '../core/coach/language.ts';
import { applyCompaction, assembleContext, CONTEXT_RULES, loadClaimCues, planCompaction, summariseTurns, summaryLines, verbatimTurns, type AssembledContext, type ClaimCues, type CompactionPlan, type ContextRules, type ContextTurn, type Frame, type Measure, type SummaryCues, type SummaryTurn, type WorkingSet } from '../core/session/index.ts';
import { estimateTokens } from '../core/prompts/tokens.ts';
import { seededRng } from '../core/sources.ts';

const FOLDER = join(import.meta.dirname, '../packs/language');
export const language: Language = loadLanguage(FOLDER);
export const claimCues: ClaimCues = loadClaimCues(FOLDER);
export const summaryCues: SummaryCues = { language, decided: claimCues.decided };

/** Notes between marks, one a line. */
export const frame: Frame = (kind, items) => `<${kind}>\n${items.map((item) => `- ${item}`).join('\n')}\n</${kind}>`;
export const measure: Measure = { count: estimateTokens, frame };

const SENTENCES = [
  'I looked at the slow queries first and saw that one index was missing on the orders table.', 'I decided to keep the old service running beside the new one for two weeks.',
  'In the end the nightly run fell from 40 minutes to 4 minutes.', 'It was a good experience for everybody, I guess.', 'You know, it depends on many things.',
  'We agreed on a date with the support team and told 12 customers beforehand.', 'As a result we had 30 percent fewer tickets in March.', 'Basically that is how one does it.',
  'My manager at Siemens wanted it sooner, so I showed her the error rates of the last release.', 'There were several people and several meetings about it.',
];
const TITLES = ['Slow report', 'A conflict with a colleague', 'Rate limiter', 'A release that failed', 'Choosing a queue', 'Working with support', 'On-call', 'A decision with little data'];

/** An exchange: a question and an answer of about `words` words, the same for the same number. */
export function exchange(number: number, words = 90): { question: SummaryTurn; answer: SummaryTurn } {
  const rng = seededRng(number + 1);
  const pick = (list: readonly string[]): string => list[Math.floor(rng.next() * list.length)] ?? '';
  const said: string[] = [];
  while (said.join(' ').split(' ').length < words) said.push(pick(SENTENCES).replace(/\d+/, () => String(2 + Math.floor(rng.next() * 90))));
  const title = `${TITLES[number % TITLES.length]} ${Math.floor(number / TITLES.length) + 1}`;
  return {
    question: { seq: number * 2, role: 'assistant', title, text: `${title}. What did you do, and how did you find out whether it had worked?` },
    answer: { seq: number * 2 + 1, role: 'user', text: said.join(' '), ...(number % 3 === 0 ? { points: ['names the measure', 'compares before and after'] } : {}) },
  };
}

/**
 * Exchanges as an interview has them: questions of 30 to 60 words behind a lead-in, answers of 120 to 220, and up to two short follow-ups with
 * answers of 60 to 160. The same for the same seed.
 */
export function interviewExchanges(count: number, seed = 1): { question: SummaryTurn; answer: SummaryTurn }[] {
  const rng = seededRng(seed);
  const between = (from: number, to: number): number => Math.round(from + rng.next() * (to - from));
  const words = (many: number): string => {
    let text = '';
    while (text.split(' ').length <= many) text += `${SENTENCES[Math.floor(rng.next() * SENTENCES.length)]?.replace(/\d+/, () => String(between(2, 92)))} `;
    return `${text.split(' ').slice(0, many).join(' ')}.`;
  };
  const made: { question: SummaryTurn; answer: SummaryTurn }[] = [];
  const add = (asked: string, answered: number, title?: string): void => {
    const seq = made.length * 2;
    made.push({ question: { seq, role: 'assistant', text: asked, ...(title === undefined ? {} : { title }) }, answer: { seq: seq + 1, role: 'user', text: words(answered) } });
  };
  for (let topic = 0; made.length < count; topic++) {
    add(`${words(between(12, 20))} ${words(between(30, 60))}`, between(120, 220), `${TITLES[topic % TITLES.length]} ${topic}`);
    for (let after = between(0, 2); after > 0 && made.length < count; after--) add(words(between(15, 35)), between(60, 160));
  }
  return made;
}

export const asContextTurn = ({ seq, role, text }: SummaryTurn): ContextTurn => ({ seq, role, text: role === 'user' ? `<answer>\n${text}\n</answer>` : text });

export interface Call { number: number; context: AssembledContext & { ok: true }; compacted: CompactionPlan | null; set: WorkingSet }

/** A whole conversation, a call an exchange, compacted as planned by the summary that needs no model. */
export function* converse(options: { exchanges: number | readonly ReturnType<typeof exchange>[]; budgetTokens: number; words?: (number: number) => number; stable?: WorkingSet['stable']; recalled?: (number: number) => string[]; compact?: boolean; rules?: ContextRules }): Generator<Call> {
  const { rules = CONTEXT_RULES } = options;
  const spoken = new Map<number, SummaryTurn>();
  let set: WorkingSet = {
    stable: options.stable ?? [{ role: 'system', text: `You are the interviewer. ${'A rule to keep. '.repeat(40)}` }, { role: 'user', text: 'The candidate has come in and sat down.' }],
    facts: ['Works at Siemens', 'Six years of Go'], summary: [], summarisedTo: null, turns: [], budgetTokens: options.budgetTokens,
  };
  let from: number | undefined;
  const given = options.exchanges;
  for (let number = 0; number < (typeof given === 'number' ? given : given.length); number++) {
    const { question, answer } = (typeof given === 'number' ? undefined : given[number]) ?? exchange(number, options.words?.(number));
    for (const turn of [question, answer]) spoken.set(turn.seq, turn);
    set = heard(set, asContextTurn(question));
    const said = asContextTurn(answer);
    const context = assembleContext({
      stable: set.stable, facts: set.facts, summary: summaryLines(set.summary), recalled: options.recalled?.(number) ?? [], turns: verbatimTurns(set),
      ...(from === undefined ? {} : { from }), last: { said, instruction: 'Ask one short question about what is still missing.' }, budgetTokens: options.budgetTokens, ...measure,
    }, rules);
    if (!context.ok) throw new Error(context.code);
    from = context.from;
    set = heard(set, said);
    const plan = options.compact === false ? null : planCompaction(set, measure, rules);
    yield { number, context, compacted: plan, set };
    if (plan) set = compact(set, plan, spoken);
  }
}

const heard = (set: WorkingSet, turn: ContextTurn): WorkingSet => ({ ...set, turns: set.turns.concat(turn) });

export function compact(set: WorkingSet, plan: CompactionPlan, spoken: ReadonlyMap<number, SummaryTurn>): WorkingSet {
  const turns = [...spoken.values()].filter(({ seq }) => seq >= plan.fromSeq && seq <= plan.toSeq);
  return applyCompaction(set, plan, { summary: summariseTurns({ before: set.summary, turns, limitTokens: plan.summaryTokens, cues: summaryCues, ...measure }) });
}
