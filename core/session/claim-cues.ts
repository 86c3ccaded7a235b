import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { createWordPhrases, type WordPhrases } from '../coach/word-phrases.ts';
import { splitWords } from '../coach/words.ts';

export const NAMED_CLAIMS = ['employer', 'project', 'skill', 'preference', 'weakness'] as const;
export type NamedClaim = (typeof NAMED_CLAIMS)[number];

const list = z.array(z.string().min(1)).min(1);
const schema = z.strictObject({ claims: z.record(z.enum(NAMED_CLAIMS), list), decided: list, unreal: list, reported: list, ends: list, vague: list });

/** The word lists of `packs/language/claims.yaml`, ready to be looked up. */
export interface ClaimCues {
  readonly claims: WordPhrases<NamedClaim>;
  readonly decided: WordPhrases<true>;
  /** What would be, may be or was asked for is no claim; nor is what somebody else said. */
  readonly unreal: WordPhrases<true>;
  readonly reported: ReadonlySet<string>;
  /** Words that end what a claim is about. */
  readonly ends: ReadonlySet<string>;
  /** Words that it cannot begin with, since they point elsewhere. */
  readonly vague: ReadonlySet<string>;
}

/** Throws with the file's name when it is missing or malformed. */
export function loadClaimCues(folder: string): ClaimCues {
  const parsed = schema.safeParse(parse(readFileSync(join(folder, 'claims.yaml'), 'utf8')));
  if (!parsed.success) throw new Error(`claims.yaml: ${parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ')}`);
  const { claims, decided, unreal, reported, ends, vague } = parsed.data;
  const phrases = <T>(texts: readonly string[], value: T): { words: string[]; value: T }[] => texts.map((text) => ({ words: splitWords(text).map(({ word }) => word), value }));
  return {
    claims: createWordPhrases(NAMED_CLAIMS.flatMap((kind) => phrases<NamedClaim>(claims[kind], kind))),
    decided: createWordPhrases(phrases(decided, true as const)), unreal: createWordPhrases(phrases(unreal, true as const)),
    reported: new Set(reported), ends: new Set(ends), vague: new Set(vague),
  };
}
