import { createHash } from 'node:crypto';
import type { FactKind, MemoryKind } from '../contract/memory.ts';
import type { Source } from './memory.ts';

/** What tells one thing that is remembered from another. */
export interface Identity { kind: MemoryKind; fact?: FactKind | null | undefined; title: string; text: string; source?: Pick<Source, 'sessionId' | 'seq'> | undefined }

/** Each of these is one turn of one conversation, whatever its words are. */
const TURNS: ReadonlySet<MemoryKind> = new Set(['turn', 'mentor-turn']);

/**
 * SHA-256 of what makes an item itself: of a turn where it was said; of a fact what it says about whom; of any other text its words,
 * whatever their case, accents' encoding and white space. Together with the kind it is unique.
 */
export function identityHash({ kind, fact, title, text, source }: Identity): string {
  const parts = TURNS.has(kind) && source ? [source.sessionId, String(source.seq)] : kind === 'fact' ? [fact ?? '', plain(title), plain(text)] : [plain(text)];
  return createHash('sha256').update(parts.join('\n')).digest('base64url');
}

/** Whether its words may change without making it another item. */
export const isTurn = (kind: MemoryKind): boolean => TURNS.has(kind);

const plain = (text: string): string => text.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();
