import { Fragment, type ReactNode } from 'react';
import { splitByMarks } from '../interview/evidence/marked-text.ts';
import type { Stretch } from './passage-excerpt.ts';

/** Text with the found words marked. What is in it is shown as it was written, never read as markup. */
export function MarkedPassage({ text, marks }: { text: string; marks: readonly Stretch[] }): ReactNode {
  return splitByMarks(text, marks.map((mark) => ({ ...mark, id: 'found', kind: 'evidence' as const })))
    .map((piece) => <Fragment key={piece.start}>{piece.marks.length > 0 ? <mark>{piece.text}</mark> : piece.text}</Fragment>);
}
