import { LineCounter, parseDocument } from 'yaml';
import { packSchema, type Pack } from './pack-schema.ts';

/** One reason a pack file cannot be used; `line` counts from 1. */
export interface PackProblem { line: number; reason: string }

/**
 * Reads the text of one pack file.
 * Never throws: every problem comes back with its line, so the last good version can stay active and the person is told where to look.
 */
export function parsePack(text: string, file: string): { ok: true; pack: Pack } | { ok: false; problems: PackProblem[] } {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  if (document.errors.length > 0) {
    return { ok: false, problems: document.errors.map((error) => ({ line: counter.linePos(error.pos[0]).line, reason: error.message })) };
  }
  const parsed = packSchema.safeParse(document.toJS());
  if (parsed.success) return { ok: true, pack: parsed.data };
  const problems = parsed.error.issues.map((issue) => {
    const path = issue.path.filter((part) => typeof part !== 'symbol');
    return { line: lineOf(path), reason: `${path.join('.') || file}: ${issue.message}` };
  });
  return { ok: false, problems };

  function lineOf(path: (string | number)[]): number {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined;
      if (node?.range) return counter.linePos(node.range[0]).line;
    }
    return 1;
  }
}
