import type { Recovery } from './recover.ts';
import type { Store } from './store.ts';

/** Tells exactly what came back after a damaged database was replaced. */
export function recoveryNotice(recovery: Recovery, store: Store): { tone: 'warn' | 'bad'; title: string; text: string } {
  const found = store.prepare<{ interviews: number; answers: number; last: string | null }, []>(
    "SELECT (SELECT count(*) FROM interview) AS interviews, (SELECT count(*) FROM interview_turn WHERE kind = 'answer') AS answers, (SELECT max(seen_at) FROM interview) AS last").get();
  const kept = recovery.damagedFile ? ` The damaged file is kept at ${recovery.damagedFile}.` : '';
  if (!recovery.snapshot) {
    return { tone: 'bad', title: 'Your data could not be read', text: `The database was damaged and there was no automatic copy yet, so Role Accel starts empty.${kept}` };
  }
  const until = found?.last ? `, up to ${found.last.slice(0, 16).replace('T', ' ')} UTC` : '';
  return {
    tone: 'warn', title: 'Your data was restored from an automatic copy',
    text: `The database was ${recovery.damagedFile ? 'damaged' : 'missing'}. The copy of ${recovery.snapshot.at.slice(0, 16).replace('T', ' ')} UTC came back with ${count(found?.interviews ?? 0, 'interview')} and ${count(found?.answers ?? 0, 'answer')}${until}. Anything written after that copy is not in it.${kept}`,
  };
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;
