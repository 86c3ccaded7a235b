import { useTranslation } from 'react-i18next';
import type { ConfigProblem } from '../../../core/contract/models.ts';
import { Notice } from '../../ui/index.ts';
import styles from './config-problems.module.css';

/** Settings files that could not be used as they are: where, why, and what is in use instead. */
export function ConfigProblems({ problems }: { problems: readonly ConfigProblem[] }) {
  const { t } = useTranslation('models');
  if (problems.length === 0) return null;
  return (
    <ul className={styles['problems']} aria-label={t('problems.label')}>
      {problems.map((problem) => (
        <li key={`${problem.file}:${problem.line}:${problem.reason}`}>
          <Notice tone={problem.lastGoodInUse ? 'warn' : 'bad'} title={t('problems.title', { file: problem.file, line: problem.line })}>
            <p>{problem.reason}</p>
            <p className={styles['kept']}>{t(problem.lastGoodInUse ? 'problems.lastGood' : 'problems.noLastGood')}</p>
          </Notice>
        </li>
      ))}
    </ul>
  );
}
