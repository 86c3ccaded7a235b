import { Lightbulb } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { GradeView } from '../../../../core/contract/interview-report.ts';
import { Icon } from '../../../ui/index.ts';
import type { EvidenceLink } from './evidence-link.ts';
import styles from './findings.module.css';

/** What an interviewer might stumble over, said kindly and once: the quoted words first, then why. */
export function Findings({ findings, link }: { findings: GradeView['findings']; link: EvidenceLink }) {
  const { t } = useTranslation('interview');
  if (findings.length === 0) return null;
  const groups = Object.values(Object.groupBy(findings.map((finding, index) => ({ ...finding, index })), ({ kind, why }) => `${kind} ${why}`)).flatMap((group) => (group ? [group] : []));
  return (
    <ul className={styles['findings']} aria-label={t('evidence.findings')}>
      {groups.map((group) => group[0] && (
        <li key={group[0].index}>
          <Icon of={Lightbulb} />
          <div>
            <strong>{t(`evidence.finding.${group[0].kind}`)}</strong>
            {group.map(({ span, index }) => span && <q key={index} onMouseEnter={() => link.setActive(`finding:${index}`)} onMouseLeave={() => link.setActive(null)}>{span.text}</q>)}
            <p>{group[0].why}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}
