import type { TFunction } from 'i18next';
import type { AppStatus } from '../../core/contract/app.ts';

type Told = Pick<AppStatus, 'answering' | 'comparing'>;

/** Who answers and what leaves the machine, in the few words of the strip. Unknown until the engine has said it: nothing is claimed before. */
export function trustWords(t: TFunction<'app'>, status: Told | undefined): { who: string; what: string; leaves: 'nothing' | 'answers' | 'unknown' } {
  if (!status) return { who: t('leaves.unknown'), what: '', leaves: 'unknown' };
  const { answering, comparing } = status;
  const who = t(`leaves.who.${answering.who}`, { name: answering.name });
  if (answering.leaves === 'answers') return { who, what: t('leaves.answers', { host: answering.host ?? answering.name }), leaves: 'answers' };
  if (comparing) return { who, what: t('leaves.comparing', { host: comparing.host ?? comparing.name }), leaves: 'answers' };
  return { who, what: t('leaves.nothing'), leaves: 'nothing' };
}

/** What a model elsewhere is sent to compare it by meaning, in a sentence; nothing when that stays here. */
export function comparedWords(t: TFunction<'app'>, comparing: AppStatus['comparing'] | undefined): string | undefined {
  return comparing ? t('leaves.compared', { name: comparing.name, host: comparing.host ?? comparing.name }) : undefined;
}

/** Everything that leaves and why, in full. */
export function trustText(t: TFunction<'app'>, { answering: { who, name, host, leaves }, comparing }: Told): string {
  const answered = leaves === 'answers' ? t('leaves.text.cloud', { name, host: host ?? name }) : who === 'local' ? t('leaves.text.local', { name }) : t('leaves.text.coach');
  return [leaves === 'nothing' && !comparing ? t('leaves.text.nothing') : undefined, answered, comparedWords(t, comparing)].filter((words) => words !== undefined).join(' ');
}
