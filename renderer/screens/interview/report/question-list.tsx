import { FileText, Split } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { QuestionReport } from '../../../../core/contract/interview-report.ts';
import { Icon, VisuallyHidden } from '../../../ui/index.ts';
import { countPoints } from '../evidence/point-numbers.ts';
import styles from './question-list.module.css';

/** What is shown in the middle of the report: the overview, or a question by its index. */
export type ReportPage = 'overview' | number;

/** The overview and every question with what it earned. On small windows only numbers are drawn; the names stay for readers. */
export function QuestionList({ questions, page, onPage }: { questions: readonly QuestionReport[]; page: ReportPage; onPage: (page: ReportPage) => void }) {
  const { t } = useTranslation('interview');
  const result = ({ state, grade, parts }: QuestionReport): string => {
    // Ended in the middle of a follow-up: what was answered until then counts.
    if (state !== 'answered' && parts.length === 0) return t(`report.state.${state}`);
    if (!grade || grade.score === null) return t('report.notJudged');
    return t('room.pointsShort', { met: countPoints(grade.points).met, total: grade.points.length });
  };
  return (
    <nav className={styles['list']} aria-label={t('report.questions')}>
      <ol>
        <li>
          <button type="button" aria-current={page === 'overview' ? 'page' : undefined} onClick={() => onPage('overview')} title={t('report.overview')}>
            <span className={styles['number']}><Icon of={FileText} /></span><span className={styles['title']}>{t('report.overview')}</span>
          </button>
        </li>
        {questions.map((question) => (
          <li key={question.index}>
            <button type="button" data-apart={question.second?.reading?.disagree || undefined} aria-current={page === question.index ? 'page' : undefined} onClick={() => onPage(question.index)} title={question.title}>
              <span className={styles['number']}>{question.index + 1}</span>
              <span className={styles['title']}>{question.title}</span>
              <span className={styles['result']}>
                {question.second?.reading?.disagree && <span className={styles['apart']} title={t('report.second.differ')}><Icon of={Split} size={14} /><VisuallyHidden>{t('report.second.differ')}. </VisuallyHidden></span>}
                {result(question)}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
