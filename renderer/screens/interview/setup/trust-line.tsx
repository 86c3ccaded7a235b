import { Cloud, Shield, ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { comparedWords } from '../../../app/trust-words.ts';
import { queryKeys, useEngineQuery } from '../../../client/index.ts';
import { Icon } from '../../../ui/index.ts';

/** Who will hold the interview, and what leaves the machine because of it. Nothing is claimed before the engine has said it. */
export function TrustLine({ className }: { className: string | undefined }) {
  const { t } = useTranslation('interview');
  const { t: tApp } = useTranslation('app');
  const status = useEngineQuery(queryKeys.status, (it) => it.app.status()).data;
  const answering = status?.answering;
  const compared = comparedWords(tApp, status?.comparing);
  const told = answering?.leaves === 'answers' ? t('setup.sentTo', { host: answering.host ?? answering.name }) : undefined;
  const sent = [told, compared].filter((words) => words !== undefined).join(' ');
  return (
    <p className={className}>
      <Icon of={!answering ? Shield : sent ? Cloud : ShieldCheck} />
      {answering && (
        <span>
          <strong>{answering.who === 'coach' ? t('setup.coachAsks') : t('setup.modelAsks', { name: answering.name })}</strong>{' '}
          {sent || t('setup.nothingSent')}
        </span>
      )}
    </p>
  );
}
