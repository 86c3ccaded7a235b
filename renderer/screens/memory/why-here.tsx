import { useTranslation } from 'react-i18next';
import type { MemoryHit } from '../../../core/contract/memory.ts';
import styles from './why-here.module.css';

/** Figures as they are shown add up to the sum that is shown. */
const rounded = (value: number): number => Math.round(value * 100) / 100;

/** Why a hit stands where it does: what its words and its meaning add, and their sum. Scores are of no unit, about 0 to 1. */
export function WhyHere({ hit: { score, why }, nameOf }: { hit: MemoryHit; nameOf: (embedder: string) => string }) {
  const { t, i18n } = useTranslation('memory');
  const figure = (value: number): string => new Intl.NumberFormat(i18n.language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);
  const { keyword, vector, alike } = why;
  const words = rounded(keyword?.score ?? 0);
  const parts = [
    { name: t('why.words'), text: keyword && keyword.terms.length > 0 ? t('why.wordsFound', { terms: keyword.terms.join(', ') }) : t('why.wordsNone'), value: words },
    { name: t('why.meaning'), text: vector ? t('why.meaningBy', { name: nameOf(vector.embedder), percent: Math.round(Math.max(0, vector.cosine) * 100) }) : t('why.meaningNone'), value: vector ? rounded(score) - words : 0 },
    ...(alike === null ? [] : [{ name: t('why.alike'), text: t('why.alikeText'), value: alike }]),
  ];
  return (
    <table className={styles['why']}>
      <tbody>
        {parts.map(({ name, text, value }) => <tr key={name}><th scope="row">{name} <span>{text}</span></th><td>{figure(value)}</td></tr>)}
        <tr className={styles['sum']}><th scope="row">{t('why.sum')} <span>{t('why.sumText')}</span></th><td>{figure(score)}</td></tr>
      </tbody>
    </table>
  );
}
