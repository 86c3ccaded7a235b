import type { TFunction } from 'i18next';
import type { AppStatus } from '../../core/contract/app.ts';

/** Who answers and what leaves the machine because of it, in the few words of the strip. Unknown until the engine has said it: nothing is claimed before. */
export function trustWords(t: TFunction<'app'>, answering: AppStatus['answering'] | undefined): { who: string; what: string; leaves: 'nothing' | 'answers' | 'unknown' } {
  if (!answering) return { who: t('leaves.unknown'), what: '', leaves: 'unknown' };
  const who = t(`leaves.who.${answering.who}`, { name: answering.name });
  const what = answering.leaves === 'nothing' ? t('leaves.nothing') : t('leaves.answers', { host: answering.host ?? answering.name });
  return { who, what, leaves: answering.leaves };
}
