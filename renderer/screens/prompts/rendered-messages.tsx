import { useTranslation } from 'react-i18next';
import type { RenderedPrompt } from '../../../core/contract/prompts.ts';
import { wholeNumber } from '../models/routing/budget-words.ts';
import { CopyButton } from './copy-button.tsx';
import { TokenBudget } from './token-budget.tsx';
import styles from './rendered-view.module.css';

/** The messages in order, each with who speaks it and its tokens, under how much room they take on their lane. */
export function RenderedMessages({ rendered, outdated }: { rendered: RenderedPrompt; outdated: boolean }) {
  const { t } = useTranslation('prompts');
  const { messages } = rendered;
  const whole = messages.map(({ role, text }) => `${t(`rendered.role.${role}`)}:\n${text}`).join('\n\n');
  return (
    <>
      <TokenBudget rendered={rendered} />
      <div className={styles['messagesHead']}><h3 id="prompt-messages">{t('rendered.messages')}</h3>{messages.length > 0 && <CopyButton label={t('rendered.copy')} text={whole} done={t('rendered.copied')} />}</div>
      {messages.length === 0 ? <p className={styles['none']}>{t('rendered.empty')}</p> : (
        <ol className={styles['messages']} aria-labelledby="prompt-messages" data-outdated={outdated || undefined}>
          {messages.map(({ role, text, tokens }, at) => (
            <li key={at}>
              <p className={styles['role']}><b>{t(`rendered.role.${role}`)}</b><span>{t('rendered.tokens', { count: tokens, tokens: wholeNumber(tokens) })}</span></p>
              <p className={styles['said']}>{text}</p>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
