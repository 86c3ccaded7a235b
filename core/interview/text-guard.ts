import { EngineError, type ErrorCode } from '../contract/errors.ts';

/** Share of characters that never occur in typed text, above which it is a file and not words. */
const NOT_TEXT_SHARE = 0.01;

/**
 * Typed or pasted text made safe to store: line ends unified, stray control characters removed.
 * @throws EngineError of the given code when it is not text at all, as when a file's bytes are pasted.
 */
export function checkedText(text: string, code: Extract<ErrorCode, 'ANSWER_NOT_TEXT' | 'POSTING_NOT_TEXT'>): string {
  // C0 controls but tab and line ends, DEL, the replacement character and lone surrogates.
  const strange = text.match(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g)?.length ?? 0;
  if (strange > 0 && (strange / text.length > NOT_TEXT_SHARE || text.includes('\u0000'))) {
    throw new EngineError(code, { share: `${Math.max(1, Math.round((strange / text.length) * 100))} %` });
  }
  return text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/g, '');
}

/** Words as people count them. */
export const countWords = (text: string): number => text.match(/[\p{L}\p{N}]+(?:[’'.-][\p{L}\p{N}]+)*/gu)?.length ?? 0;
