import { useTranslation } from 'react-i18next';
import type { RenderedPrompt } from '../../../core/contract/prompts.ts';
import { Badge, VisuallyHidden } from '../../ui/index.ts';
import { wholeNumber } from '../models/routing/budget-words.ts';
import styles from './rendered-view.module.css';

/** How much of a lane's room the prompt takes and the answer may take, as a bar and in figures. */
export function TokenBudget({ rendered: { tokens, laneTokens, maxOutputTokens, tokenizer } }: { rendered: RenderedPrompt }) {
  const { t } = useTranslation('prompts');
  const answer = maxOutputTokens ?? 0;
  const free = laneTokens - tokens - answer;
  const share = (part: number): string => `${(part / Math.max(laneTokens, tokens + answer, 1)) * 100}%`;
  const figures = { prompt: wholeNumber(tokens), answer: wholeNumber(answer), lane: wholeNumber(laneTokens) };
  return (
    <section className={styles['budget']} aria-label={t('rendered.budget')}>
      <VisuallyHidden live>{t('rendered.tokens', { count: tokens, tokens: figures.prompt })}</VisuallyHidden>
      <div className={styles['bar']} role="img" aria-label={t(maxOutputTokens === null ? 'rendered.budgetTextNoAnswer' : 'rendered.budgetText', figures)} data-over={free < 0 || undefined}>
        <i style={{ width: share(tokens) }} /><i data-answer="" style={{ width: share(answer) }} />
      </div>
      <p className={styles['figures']} aria-hidden="true">
        <span data-part="prompt">{t('rendered.prompt', { tokens: figures.prompt })}</span>
        {maxOutputTokens !== null && <span data-part="answer">{t('rendered.answer', { tokens: figures.answer })}</span>}
        {free >= 0 ? <span data-part="free">{t('rendered.free', { tokens: wholeNumber(free) })}</span> : <Badge tone="bad">{t('rendered.over', { tokens: wholeNumber(-free) })}</Badge>}
        <span>{t('rendered.ofLane', { tokens: figures.lane })}</span>
      </p>
      <p className={styles['tokenizer']}>{t('rendered.tokenizer', { tokenizer })}</p>
    </section>
  );
}
