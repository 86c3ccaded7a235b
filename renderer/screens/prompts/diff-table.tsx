import { UnfoldVertical } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon, VisuallyHidden } from '../../ui/index.ts';
import type { ComparedFile } from './compared-files.ts';
import { countChanges, diffRows, foldRows, type DiffRow, type DiffSide } from './diff-rows.ts';
import styles from './compare-view.module.css';

/** One file of two versions in two columns; what changed is marked by sign, stroke and colour, long unchanged stretches are folded. */
export function DiffTable({ file, left, right }: { file: ComparedFile; left: string; right: string }) {
  const { t } = useTranslation('prompts');
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const rows = useMemo(() => diffRows(file.left ?? '', file.right ?? ''), [file.left, file.right]);
  const counts = countChanges(rows);
  const only = file.left === null ? right : file.right === null ? left : null;
  const summary = [
    ...(only === null ? [] : [t('compare.onlyLeft', { version: only })]),
    ...(counts.changed > 0 ? [t('compare.changed', { count: counts.changed })] : []),
    ...(counts.added > 0 ? [t('compare.added', { count: counts.added })] : []),
    ...(counts.removed > 0 ? [t('compare.removed', { count: counts.removed })] : []),
  ];
  return (
    <section className={styles['file']} aria-label={file.name}>
      <div className={styles['fileHead']}><h3>{file.name}</h3><p role="status">{summary.length === 0 ? t('compare.unchangedFile') : summary.join(', ')}</p></div>
      <table className={styles['table']} aria-label={t('compare.table', { name: file.name, left, right })}>
        <thead>
          <tr>
            <th scope="col"><VisuallyHidden>{t('compare.line')}</VisuallyHidden></th><th scope="col">{t('compare.option', { version: left })}</th>
            <th scope="col"><VisuallyHidden>{t('compare.line')}</VisuallyHidden></th><th scope="col">{t('compare.option', { version: right })}</th>
          </tr>
        </thead>
        {foldRows(rows).map(({ folded, rows: inside }, at) => (
          <tbody key={at}>
            {folded && !opened.has(at)
              ? <tr><td colSpan={4} className={styles['fold']}><button type="button" onClick={() => setOpened(new Set(opened).add(at))}><Icon of={UnfoldVertical} size={14} />{t('compare.unchanged', { count: inside.length })}</button></td></tr>
              : inside.map((row, index) => <Row key={index} row={row} />)}
          </tbody>
        ))}
      </table>
    </section>
  );
}

function Row({ row: { kind, left, right } }: { row: DiffRow }) {
  return <tr data-kind={kind}><Cells side={left} mark={kind === 'same' ? null : 'was'} whole={kind !== 'changed'} /><Cells side={right} mark={kind === 'same' ? null : 'is'} whole={kind !== 'changed'} /></tr>;
}

function Cells({ side, mark, whole }: { side: DiffSide | null; mark: 'was' | 'is' | null; whole: boolean }) {
  const { t } = useTranslation('prompts');
  if (side === null) return <td colSpan={2} data-none=""><VisuallyHidden>{t('compare.none')}</VisuallyHidden></td>;
  const words = mark === null ? null : t(mark === 'was' ? (whole ? 'compare.wasRemoved' : 'compare.wasChanged') : whole ? 'compare.wasAdded' : 'compare.isChanged');
  return (
    <>
      <td className={styles['line']} data-mark={mark ?? undefined}>{side.line}</td>
      <td className={styles['text']} data-mark={mark ?? undefined}>
        {words !== null && <><i aria-hidden="true">{mark === 'was' ? '−' : '+'}</i><VisuallyHidden>{words} </VisuallyHidden></>}
        {side.parts.map(({ text, changed }, at) => (changed ? mark === 'was' ? <del key={at}>{text}</del> : <ins key={at}>{text}</ins> : <span key={at}>{text}</span>))}
      </td>
    </>
  );
}
