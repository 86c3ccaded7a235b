import type { PackSummary } from '../contract/interview.ts';
import { LEVELS, QUESTION_KINDS } from '../contract/vocabulary.ts';
import type { Pack } from './pack-schema.ts';

/** What the set-up screen needs to know of each pack; roles in order of title, the general pack last. */
export function packSummaries(packs: Pack[], lastAsked: Map<string, string>): PackSummary[] {
  const count = (pack: Pack, keep: (question: Pack['questions'][number]) => boolean): number => pack.questions.filter(keep).length;
  return packs.map((pack): PackSummary => ({
    packId: pack.pack, title: pack.title, about: pack.about.trim(), version: pack.version,
    questions: pack.questions.length, unseen: count(pack, (question) => !lastAsked.has(question.id)),
    byLevel: Object.fromEntries(LEVELS.map((level) => [level, count(pack, (question) => question.level === level || question.level === 'any')])) as PackSummary['byLevel'],
    byKind: Object.fromEntries(QUESTION_KINDS.map((kind) => [kind, count(pack, (question) => question.kind === kind)])) as PackSummary['byKind'],
  })).toSorted((a, b) => Number(a.packId === 'behavioural') - Number(b.packId === 'behavioural') || a.title.localeCompare(b.title));
}
