import { useTranslation } from 'react-i18next';
import type { Delivery } from '../../../../core/contract/interview-report.ts';
import { stopwatch } from '../../../ui/index.ts';
import text from './answer-text.module.css';
import styles from './delivery-line.module.css';

/** How it was said, in one line: words, time, hedges and fillers (underlined as in the answer), figures. */
export function DeliveryLine({ delivery, elapsedMs }: { delivery: Delivery; elapsedMs: number | null }) {
  const { t } = useTranslation('interview');
  const facts = [
    <span key="words">{t('words', { count: delivery.words })}</span>,
    elapsedMs !== null && <span key="time">{stopwatch(elapsedMs)}</span>,
    delivery.hedges.length > 0 && <span key="hedges" className={text['hedge']}>{t('evidence.hedges', { count: delivery.hedges.length })}</span>,
    delivery.fillers.length > 0 && <span key="fillers" className={text['hedge']}>{t('evidence.fillers', { count: delivery.fillers.length })}</span>,
    <span key="numbers">{t('evidence.figures', { count: delivery.numbers.length })}</span>,
  ].filter(Boolean);
  return <p className={styles['line']}>{facts.map((fact, index) => <span key={index}>{index > 0 && ' · '}{fact}</span>)}</p>;
}
