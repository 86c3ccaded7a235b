import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionView, Turn } from '../../../../core/contract/interview.ts';
import { engine, queryClient, queryKeys } from '../../../client/index.ts';

type Rating = Turn['rating'];
export interface RatingFailure { seq: number; rating: Rating; error: unknown }

/** The turns with one of them rated anew. */
export function withRating<T extends Turn>(turns: readonly T[], seq: number, rating: Rating): T[] {
  return turns.map((turn) => (turn.seq === seq ? { ...turn, rating } : turn));
}

/** Thumbs for single turns: shown at once, taken back when they could not be kept. `onKept` is for turns that are held elsewhere than in the session's view. */
export function useTurnRatings(sessionId: string, onKept: (seq: number, rating: Rating) => void) {
  const { t } = useTranslation('interview');
  const [asked, setAsked] = useState<ReadonlyMap<number, Rating>>(new Map());
  const [failure, setFailure] = useState<RatingFailure | null>(null);
  const [spoken, setSpoken] = useState('');
  const rate = useCallback(async (seq: number, rating: Rating): Promise<void> => {
    setAsked((before) => new Map(before).set(seq, rating));
    setFailure(null);
    try {
      await engine.interview.rateTurn({ sessionId, seq, rating });
      queryClient.setQueryData<SessionView>(queryKeys.session(sessionId), (view) => view && { ...view, turns: withRating(view.turns, seq, rating) });
      onKept(seq, rating);
      setSpoken(t(`room.rated.${rating ?? 'none'}`));
    } catch (error) {
      setFailure({ seq, rating, error });
    } finally {
      // A later press of the same turn is still on its way and stays shown.
      setAsked((before) => (before.get(seq) === rating ? new Map([...before].filter(([each]) => each !== seq)) : before));
    }
  }, [onKept, sessionId, t]);
  const ratingOf = (seq: number, kept: Rating): Rating => asked.get(seq) ?? (asked.has(seq) ? null : kept);
  return { rate, ratingOf, spoken, failure, dismiss: () => setFailure(null) };
}
