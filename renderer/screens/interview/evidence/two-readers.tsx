import { Ban, Check, Contrast, HelpCircle, Minus, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { SecondPoint, Verdict } from '../../../../core/contract/interview-report.ts';
import { Badge, Icon, VisuallyHidden } from '../../../ui/index.ts';
import type { Grader } from './grader-view.ts';
import styles from './two-readers.module.css';

type Shown = Verdict | 'none';
const ICONS: Readonly<Record<Shown, LucideIcon>> = { 'met': Check, 'partly': Contrast, 'missing': Minus, 'not-assessable': HelpCircle, 'none': Ban };

/** What both readers make of a point, side by side under their names. */
export function TwoVerdicts({ second }: { second: SecondPoint }) {
  return (
    <span className={styles['pair']} data-apart={second.disagree || undefined}>
      <Mark by="coach" verdict={second.coach} /><Mark by="model" verdict={second.model ?? 'none'} />
    </span>
  );
}

/** The names above the columns of {@link TwoVerdicts}. */
export function ReaderNames() {
  const { t } = useTranslation('interview');
  return <span className={styles['pair']} aria-hidden="true"><span>{t('report.second.showOf.coach')}</span><span>{t('report.second.showOf.model')}</span></span>;
}

function Mark({ by, verdict }: { by: Grader; verdict: Shown }) {
  const { t } = useTranslation('interview');
  const words = t(`report.second.by.${by}`, { verdict: t(`report.second.verdict.${verdict}`) });
  return <span className={styles['mark']} data-verdict={verdict} title={words}><Icon of={ICONS[verdict]} /><VisuallyHidden>{words}. </VisuallyHidden></span>;
}

/** Under a point: where the model looked, why its word does not count, and where the readers are apart. */
export function SecondWords({ second }: { second: SecondPoint }) {
  const { t } = useTranslation('interview');
  const { quote, rejected, reason, disagree, model } = second;
  const says = rejected ? `${t('report.second.rejected', { why: rejected.says })}.` : reason.code === 'agree' || reason.code === 'not-read' ? null : `${capital(reason.says)}.`;
  if (!disagree && !quote && says === null) return null;
  return (
    <div className={styles['words']}>
      {disagree && <span className={styles['apart']}><Badge tone="warn">{t('report.second.apart')}</Badge></span>}
      {quote && <small>{t(model === 'missing' ? 'report.second.nearest' : 'report.second.points', { quote: quote.text })}</small>}
      {says !== null && <small>{says}</small>}
    </div>
  );
}

const capital = (says: string): string => says.charAt(0).toUpperCase() + says.slice(1);
