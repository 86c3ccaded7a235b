import type { Recovery } from './recover.ts';
import type { Store } from './store.ts';

/** Tells exactly what came back after a damaged database was replaced. */
export function recoveryNotice(recovery: Recovery, store: Store): { tone: 'warn' | 'bad'; title: string; text: string } {
  const found = store.prepare<{ interviews: number; answers: number; last: string | null }, []>(
    "SELECT (SELECT count(*) FROM interview) AS interviews, (SELECT count(*) FROM interview_turn WHERE kind = 'answer') + (SELECT coalesce(sum(answers), 0) FROM interview_archive) AS answers, (SELECT max(seen_at) FROM interview) AS last").get();
  const kept = recovery.damagedFile ? ` The damaged file is kept at ${recovery.damagedFile}.` : '';
  const salvaged = recovery.salvaged > 0 ? ` ${count(recovery.salvaged, 'interview')} newer than that could still be read out of the damaged file and ${recovery.salvaged === 1 ? 'is' : 'are'} back too.` : '';
  const now = `Now here: ${count(found?.interviews ?? 0, 'interview')} and ${count(found?.answers ?? 0, 'answer')}${found?.last ? `, up to ${moment(found.last)}` : ''}.`;
  if (!recovery.snapshot) {
    return recovery.salvaged > 0
      ? { tone: 'warn', title: 'Your data was read out of a damaged file', text: `The database was damaged and there was no automatic copy yet.${salvaged} ${now}${kept}` }
      : { tone: 'bad', title: 'Your data could not be read', text: `The database was damaged and there was no automatic copy yet, so Role Accel starts empty.${kept}` };
  }
  return {
    tone: 'warn', title: 'Your data was restored from an automatic copy',
    text: `The database was ${recovery.damagedFile ? 'damaged' : 'missing'}. The copy of ${moment(recovery.snapshot.at)} was put in its place.${salvaged} ${now} What was written after the copy and could not be read is not in it.${kept}`,
  };
}

const moment = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;
