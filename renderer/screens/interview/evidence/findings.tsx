import { Lightbulb } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { GradeView } from '../../../../core/contract/interview-report.ts';
import { Icon } from '../../../ui/index.ts';
import type { EvidenceLink } from './evidence-link.ts';
import styles from './findings.module.css';

/** What an interviewer might stumble over, said kindly: the quoted words first, then why. */
export function Findings({ findings, link }: { findings: GradeView['findings']; link: EvidenceLink }) {
  const { t } = useTranslation('interview');
  if (findings.length === 0) return null;
  return (
    <ul className={styles['findings']} aria-label={t('evidence.findings')}>
      {findings.map((finding, index) => (
        <li key={index} onMouseEnter={() => link.setActive(`finding:${index}`)} onMouseLeave={() => link.setActive(null)}>
          <Icon of={Lightbulb} />
          <div>
            <strong>{t(`evidence.finding.${finding.kind}`)}</strong>
            {finding.span && <q>{finding.span.text}</q>}
            <p>{finding.why}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}
