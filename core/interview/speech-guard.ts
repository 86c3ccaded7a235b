import { firstParagraphs, sentencesOf, unwrapped } from './spoken-text.ts';

/** What a model words in an interview. Hints and repetitions stay the coach's, questions the pack's. */
export type SpokenKind = 'opening' | 'lead-in' | 'follow-up' | 'closing';

export interface SpeechRules {
  kind: SpokenKind;
  /** Texts that must not be quoted: how the rubric would say it, the strong answer. */
  secrets: readonly string[];
  /** What the model was told to do. Small models like to say it back, or its example. */
  instruction: string;
  /** Texts that may be quoted although they share words with a secret: the question, the intent, what the person said. */
  known: readonly string[];
  /** Telling words of a text, to see whether a follow-up is about the matter at all. */
  terms: (text: string) => ReadonlySet<string>;
}

/** Words that may be shown or kept, or why not: "it …", to go after "The model's words did not fit: ". */
export type Verdict = { ok: true; text: string } | { ok: false; why: string };

export interface SpeechGuard {
  /** What can be shown of words that are still coming. A later call only ever adds to what an earlier one gave, or refuses. */
  showable(raw: string): Verdict;
  /** What is kept of words that have come to their end. */
  finish(raw: string): Verdict;
}

/** The most that is said in one turn, in sentences and characters. */
const LENGTH = {
  'opening': { sentences: 3, characters: 320 }, 'lead-in': { sentences: 2, characters: 260 },
  'follow-up': { sentences: 3, characters: 360 }, 'closing': { sentences: 3, characters: 320 },
} as const;
/** A sentence is shown from so many characters on, or when it has ended; before that it may still turn out to be praise. */
const HELD_BACK = 48;
/** So many words in a row are a quotation of a rubric, and of the instruction. */
const QUOTED = 6;
const ECHOED = 8;

const MARKS = /<\|[^<>]{0,40}\|?>|<\/?(s|think|answer|posting|system|start_of_turn|end_of_turn)>|<(start|end)_of_turn|\[\/?INST\]|```|\{\{|\}\}/i;
const LABEL = /(^|[\s*"“])(interviewer|candidate|assistant|user|system|ai)\**\s*:/i;
const STRANGE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffd\ue000-\uf8ff]/;
/** Words hardly any English sentence does without; a sentence of eight words has one of them. */
const ENGLISH = /\b(the|a|an|and|or|to|of|in|on|for|with|is|are|was|were|be|you|your|i|we|it|that|this|what|how|why|when|which|let|do|did|have|us|my|all|next|here|there|not|then|now|no)\b/i;
const INVITES = /(^|[.!:,]\s+)((please|now|then|so|and|well|okay|first)[, ]+)*(tell|walk|describe|explain|show|take|talk|help|share|name|give|say|compare|list|sketch|outline|put|pick|go (into|through|back))\b|\bi(['’]d| would) (still )?(like|love) to (hear|know|understand|see)\b|\bi want to (hear|know|understand|see)\b/i;
/** A question that is none: a tag at the end of a statement, or asking whether one may ask. The real one is still to come. */
const TAG = /(\b(right|correct|yes|no|okay|ok|huh|isn['’]t it|didn['’]t you|is that so)|\b(may|can|could) (i|we) (just )?(ask|press|push|come back|go back|dig|stay|return)\b[^?]*)\?["”']?$/i;
/** Judging, praising or teaching, which an interviewer in role leaves to the report. */
const JUDGES = /\b((great|excellent|perfect|amazing|fantastic|wonderful|impressive|brilliant|awesome|superb|outstanding|good|nice|solid|strong|weak|wrong|incomplete|insightful|thorough|well[- ]thought[- ]out)\s+(answer|response|point|points|job|work|question|explanation|example|thinking|insights?|approach)|well done|good for you|(that|this|it)(['’]s| is| was)\s+(a\s+|an\s+|really\s+|very\s+|quite\s+|not\s+)*(correct|right|wrong|great|excellent|perfect|impressive|good|insightful|incorrect|incomplete)|(you|one) (should|could) (have|also)|a (better|stronger|good) (answer|response)|i(['’]m| am) impressed)\b/i;

/**
 * Holds a model's words to what an interviewer may say. Pure and cheap: the same words always get the same verdict.
 * Lead-ins and openings are shown a sentence at a time, because each may still be left out. A follow-up or closing holds back
 * the first 48 characters of each sentence and then shows it as it comes, so that taking words back in front of the person is rare.
 */
export function createSpeechGuard(rules: SpeechRules): SpeechGuard {
  const { kind } = rules;
  const asks = kind === 'follow-up' || kind === 'closing';
  const known = rules.known.map(wordsOf);
  const secret = without(quotationsOf(rules.secrets.map(wordsOf), QUOTED), quotationsOf(known, QUOTED));
  // The examples for greeting and leave-taking may be taken over as they are: they fit every interview.
  const told = kind === 'opening' || kind === 'closing' ? rules.instruction.split(/^Example/m)[0] ?? '' : rules.instruction;
  const echo = without(quotationsOf([wordsOf(told)], ECHOED), quotationsOf(known, ECHOED));
  let about: ReadonlySet<string> | undefined;

  function spoken(raw: string, whole: boolean): { text: string; done: boolean } {
    const text = firstParagraphs(unwrapped(raw, whole), whole);
    return asks ? upToQuestion(text, whole) : withoutQuestions(text, whole);
  }

  /** Faults that words already have, whatever comes after them. */
  function faultIn(text: string): string | null {
    if (STRANGE.test(text)) return 'it was not made of words';
    if (MARKS.test(text)) return 'it held marks that are not speech';
    if (LABEL.test(text)) return 'it spoke for somebody else';
    const letters = text.match(/\p{L}/gu)?.length ?? 0;
    const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
    if (letters - latin > 3 && letters - latin > letters * 0.1) return 'it was in another script';
    const plain = text.match(/[\p{L}\p{N}\s.,;:?!'’"“”()\-–—/]/gu)?.length ?? 0;
    if (text.length >= 12 && plain < text.length * 0.9) return 'it was not made of words';
    const words = wordsOf(text);
    if (words.length >= 8 && !ENGLISH.test(text)) return 'it was not in English';
    if (words.some((word) => word.length > 32)) return 'it was not made of words';
    if (meet(quotationsOf([words], QUOTED), secret)) return 'it gave away what is listened for';
    if (meet(quotationsOf([words], ECHOED), echo)) return 'it repeated what it was told';
    return null;
  }

  function upToQuestion(text: string, whole: boolean): { text: string; done: boolean } {
    let kept = '';
    const sentences = sentencesOf(text);
    for (const [index, { said, ended: stopped }] of sentences.entries()) {
      const last = index === sentences.length - 1;
      // While words come, "Node." may yet become "Node.js": only the blank after it ends a sentence.
      const ended = stopped && (whole || /\s$/.test(said));
      if (index >= LENGTH[kind].sentences) return { text: kept.trim(), done: true };
      if (whole ? !ended : !ended && said.length < HELD_BACK) break;
      // Decided by how the sentence begins, so that it stays decided while the rest of it comes.
      if (JUDGES.test(said.slice(0, HELD_BACK)) && !said.includes('?')) continue;
      kept += said;
      if (ended && said.includes('?') && !(TAG.test(said.trim()) && !(last && whole))) return { text: kept.trim(), done: true };
    }
    return { text: kept.trim(), done: false };
  }

  function withoutQuestions(text: string, whole: boolean): { text: string; done: boolean } {
    let kept = '';
    let count = 0;
    const sentences = sentencesOf(text);
    for (const [index, { said, ended }] of sentences.entries()) {
      const last = index === sentences.length - 1;
      if (last && !(whole && ended)) break;
      if (said.includes('?')) return { text: kept.trim(), done: true };
      if (JUDGES.test(said)) continue;
      if (kept.length + said.length > LENGTH[kind].characters) return { text: kept.trim(), done: true };
      kept += said;
      if (++count >= LENGTH[kind].sentences) return { text: kept.trim(), done: true };
    }
    return { text: kept.trim(), done: false };
  }

  function showable(raw: string): Verdict {
    const { text, done } = spoken(raw, false);
    const fault = faultIn(text);
    if (fault) return { ok: false, why: fault };
    if (text.length > LENGTH[kind].characters) return { ok: false, why: 'it was too long' };
    // Half of a mark or the end of a quotation may be cut off in the end, so it waits.
    return { ok: true, text: done ? text : text.replace(/<[^<>]*$/, '').replace(/[\s<[*`{"”“]+$/u, '') };
  }

  function finish(raw: string): Verdict {
    const { text } = spoken(raw, true);
    if (wordsOf(text).length < 2) return { ok: false, why: raw.trim() === '' ? 'there were none' : asks ? 'it asked nothing' : 'it did not lead over' };
    const fault = faultIn(text);
    if (fault) return { ok: false, why: fault };
    if (wordsOf(text).length >= 4 && !ENGLISH.test(text)) return { ok: false, why: 'it was not in English' };
    if (text.length > LENGTH[kind].characters) return { ok: false, why: 'it was too long' };
    if (asks && !text.includes('?') && !INVITES.test(text)) return { ok: false, why: 'it asked nothing' };
    // A sentence that has no end is left out; where it had been shown already, the words are taken back openly instead.
    const before = showable(raw);
    if (before.ok && !text.startsWith(before.text)) return { ok: false, why: 'it broke off' };
    if (kind === 'follow-up') {
      about ??= new Set(rules.known.flatMap((one) => [...rules.terms(one.slice(0, 4000))]));
      const asked = sentencesOf(text).at(-1)?.said ?? '';
      // "Why was that?" has no matter of its own and takes the one that was being talked about.
      if (rules.terms(asked).size >= 2 && ![...rules.terms(text)].some((term) => about?.has(term))) return { ok: false, why: 'it was about something else' };
    }
    return { ok: true, text };
  }

  return { showable, finish };
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu) ?? [];
}

/** Every stretch of `length` words. */
function quotationsOf(texts: readonly string[][], length: number): Set<string> {
  const found = new Set<string>();
  for (const words of texts) for (let at = 0; at + length <= words.length; at++) found.add(words.slice(at, at + length).join(' '));
  return found;
}

const without = (these: Set<string>, those: Set<string>): Set<string> => new Set([...these].filter((one) => !those.has(one)));
const meet = (these: Set<string>, those: Set<string>): boolean => [...these].some((one) => those.has(one));
