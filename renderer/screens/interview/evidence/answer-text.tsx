import { Fragment, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { GradeView } from '../../../../core/contract/interview-report.ts';
import type { EvidenceLink } from './evidence-link.ts';
import { findBlocks, splitByMarks, type TextMark, type TextSegment } from './marked-text.ts';
import { marksOfPart, type NumberedPoint } from './point-numbers.ts';
import styles from './answer-text.module.css';

/** One part of an answer; `asked` stands above the answers to follow-ups, with who worded it under it. */
export interface ShownPart { text: string; asked: string | null; askedBy?: ReactNode }

/** The person's words with what earned each point underlined and numbered, hedges and fillers waved, findings dotted. */
export function AnswerText({ parts, grade, points, link }: { parts: readonly ShownPart[]; grade: GradeView | null; points: readonly NumberedPoint[]; link: EvidenceLink }) {
  const { t } = useTranslation('interview');
  return (
    <div className={styles['answer']}>
      {parts.map((part, index) => (
        <Fragment key={index}>
          {part.asked !== null && <p className={styles['asked']}><span>{t('evidence.followUp')}</span> {part.asked}</p>}
          {part.askedBy}
          <PartText text={part.text} part={index} grade={grade} points={points} link={link} />
        </Fragment>
      ))}
    </div>
  );
}

function PartText({ text, part, grade, points, link }: { text: string; part: number; grade: GradeView | null; points: readonly NumberedPoint[]; link: EvidenceLink }) {
  const blocks = useMemo(() => {
    const marks = grade ? marksOfPart(grade, part) : [];
    return findBlocks(text).map((block) => ({ block, segments: splitByMarks(text, marks, block.start, block.end) }));
  }, [text, part, grade]);
  return blocks.map(({ block, segments }) => {
    const inside = segments.map((segment) => <Piece key={segment.start} segment={segment} part={part} points={points} link={link} />);
    return block.shape === 'code'
      ? <pre key={block.start} className={styles['code']} tabIndex={0}><code>{inside}</code></pre>
      : <p key={block.start}>{inside}</p>;
  });
}

function Piece({ segment, part, points, link }: { segment: TextSegment; part: number; points: readonly NumberedPoint[]; link: EvidenceLink }) {
  const { t } = useTranslation('interview');
  const evidence = segment.marks.filter((mark) => mark.kind === 'evidence');
  const delivery = segment.marks.find((mark) => mark.kind === 'hedge' || mark.kind === 'filler');
  const finding = segment.marks.find((mark) => mark.kind === 'finding');
  let words = <>{segment.text}</>;
  if (delivery) words = <span className={styles['hedge']} title={t(`evidence.${delivery.kind as 'hedge' | 'filler'}`)}>{words}</span>;
  if (finding) words = <span className={styles['finding']} data-active={finding.id === link.active || undefined}>{words}</span>;
  const first = evidence[0];
  if (!first) return words;
  const lit = evidence.some((mark) => mark.id === link.active);
  return (
    <mark className={styles['evidence']} data-active={lit || undefined} onMouseEnter={() => link.setActive(first.id)} onMouseLeave={() => link.setActive(null)}>
      {words}{/* keeps the number on the line of the last word */'\u2060'}
      {segment.closing.filter((mark) => mark.kind === 'evidence').map((mark) => <MarkNumber key={mark.id} mark={mark} part={part} points={points} link={link} />)}
    </mark>
  );
}

function MarkNumber({ mark, part, points, link }: { mark: TextMark; part: number; points: readonly NumberedPoint[]; link: EvidenceLink }) {
  const { t } = useTranslation('interview');
  const numbered = points.find(({ point }) => point.pointId === mark.id);
  if (!numbered) return null;
  const spans = numbered.point.evidence;
  const isFirst = spans[0]?.part === part && spans[0]?.start === mark.start;
  return (
    <button type="button" id={isFirst ? link.markElement(mark.id) : undefined} className={styles['number']} data-active={mark.id === link.active || undefined}
      aria-label={t('evidence.numberInAnswer', { number: numbered.number, shows: numbered.point.shows })}
      onClick={() => link.goToPoint(mark.id)} onFocus={() => link.setActive(mark.id)} onBlur={() => link.setActive(null)}>
      {numbered.number}
    </button>
  );
}
