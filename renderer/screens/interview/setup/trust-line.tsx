import { Cloud, Shield, ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { queryKeys, useEngineQuery } from '../../../client/index.ts';
import { Icon } from '../../../ui/index.ts';

/** Who will hold the interview, and what leaves the machine because of it. Nothing is claimed before the engine has said it. */
export function TrustLine({ className }: { className: string | undefined }) {
  const { t } = useTranslation('interview');
  const answering = useEngineQuery(queryKeys.status, (it) => it.app.status()).data?.answering;
  const leaves = answering?.leaves === 'answers';
  return (
    <p className={className}>
      <Icon of={!answering ? Shield : leaves ? Cloud : ShieldCheck} />
      {answering && (
        <span>
          <strong>{answering.who === 'coach' ? t('setup.coachAsks') : t('setup.modelAsks', { name: answering.name })}</strong>{' '}
          {leaves ? t('setup.sentTo', { host: answering.host ?? answering.name }) : t('setup.nothingSent')}
        </span>
      )}
    </p>
  );
}
