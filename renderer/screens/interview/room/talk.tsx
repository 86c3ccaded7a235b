import { ChevronUp, MessagesSquare } from 'lucide-react';
import { useCallback, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionView, Turn } from '../../../../core/contract/interview.ts';
import { queryKeys, useEngineCommand, useEngineQuery } from '../../../client/index.ts';
import { InlineCode } from '../evidence/inline-code.tsx';
import { findBlocks } from '../evidence/marked-text.ts';
import { PromptWordsDialog } from '../../prompts/words/words-dialog.tsx';
import { Badge, Button, EngineErrorNotice, Icon, Provenance, stopwatch, type UsedPrompt, VisuallyHidden } from '../../../ui/index.ts';
import { SpokenCut, SpokenInstead, SpokenWords } from './spoken-words.tsx';
import { useHeard } from './speech-store.ts';
import { justSaid, withHeard } from './speech-words.ts';
import { moveBetweenMarks } from './turn-marks.ts';
import { joinTurns, lastAnswers, mergeLeads, type PastTurn as ShownTurn, splitAtAsked } from './turns-shown.ts';
import { useTurnRatings, withRating } from './use-turn-ratings.ts';
import styles from './talk.module.css';

/** The conversation so far, small and soft, newest at the bottom; then what is being asked, at title size. */
export function Talk({ view, now }: { view: SessionView; now: number }) {
  const { t } = useTranslation('interview');
  const [loaded, setLoaded] = useState<readonly Turn[]>([]);
  useEffect(() => setLoaded((before) => (before.length === 0 ? before : joinTurns(before, view.turns))), [view.turns]);
  const heard = useHeard(view.sessionId);
  const turns = withHeard(joinTurns(loaded, view.turns), heard);
  const announced = useAnnounced(view.turns);
  const { past, lead, asked, after } = splitAtAsked(turns, view.current !== null);
  // Of a question only the words that led over to it are anybody's; the question itself is the pack's.
  const worded = lead?.madeBy?.model ? lead : asked;
  const speaking = asked?.state === 'speaking' || lead?.state === 'speaking';
  const last = lastAnswers(turns);
  const scroller = useRef<HTMLDivElement>(null);
  const newest = past.at(-1)?.seq;
  // Drawn from the bottom up, so the newest stays in view whatever its height; a new turn ends a look back.
  useEffect(() => { if (scroller.current) scroller.current.scrollTop = 0; }, [newest, asked?.seq]);
  const hidden = Math.max(0, view.earlierTurns + view.turns.length - turns.length);
  const showEarlier = useEngineCommand((it, before: number) => it.interview.transcript({ sessionId: view.sessionId, before, limit: 50 }), {
    onDone: (page) => setLoaded(joinTurns(page.turns, turns)),
  });
  const oldest = turns[0]?.seq;
  const shown = mergeLeads(past);
  const ratings = useTurnRatings(view.sessionId, useCallback((seq, rating) => setLoaded((before) => withRating(before, seq, rating)), []));
  const [words, setWords] = useState<readonly UsedPrompt[] | null>(null);
  const marks: Marks = { ...ratings, onWords: setWords, newest: worded?.madeBy?.model && !speaking ? worded.seq : null, tabStop: shown.findLast((turn) => turn.madeBy?.model)?.wordedSeq ?? null };
  const howToMove = useId();
  return (<>
    <div className={styles['talk']} role="log" aria-label={t('room.conversation')} aria-relevant="additions">
      <div className={styles['past']} ref={scroller} aria-live="off" tabIndex={past.length > 0 ? 0 : -1} role="region" aria-label={t('room.soFar')} aria-describedby={marks.tabStop === null ? undefined : howToMove}
        onKeyDown={(event) => { if (event.target instanceof Element && moveBetweenMarks(event.currentTarget, event.target, event.key)) event.preventDefault(); }}>
        <div className={styles['turns']}>
          {showEarlier.error && <EngineErrorNotice error={showEarlier.error} onDismiss={() => showEarlier.reset()} />}
          {hidden > 0 && oldest !== undefined && <div className={styles['earlier']}><Button size="small" variant="plain" icon={ChevronUp} busy={showEarlier.isPending} onClick={() => showEarlier.mutate(oldest)}>{t('room.showEarlier', { count: hidden })}</Button></div>}
          {shown.map((turn) => <PastTurn key={turn.seq} turn={turn} view={view} now={now} last={last.has(turn.seq)} marks={marks} />)}
        </div>
      </div>
      {asked && view.current && (
        <article className={styles['asked']} key={asked.seq} tabIndex={0} aria-label={t('room.askedNow')}>
          <Face machine />
          <div className={styles['by']}>
            <strong>{t('room.interviewer')}</strong> <span>{view.current.followUp ? t('room.followUp', { ...view.current.followUp }) : t(`room.turn.${asked.kind}`)}</span>
            {speaking && heard?.by ? <span className={styles['made']}>{heard.by}</span>
              : worded?.madeBy && <span className={styles['made']}><MadeMark turn={{ ...worded, wordedSeq: worded.seq }} marks={marks} inTabOrder /></span>}
          </div>
          {lead && (
            <div className={styles['lead']}>
              <SpokenCut turn={lead} />
              <SpokenWords as="p" now turn={lead} />
              <SpokenInstead turn={lead} heard={heard} />
            </div>
          )}
          <SpokenCut turn={asked} />
          <SpokenWords as="h2" now turn={asked} className={styles['words']} />
          <SpokenInstead turn={asked} heard={heard} />
          {after.filter((turn) => turn.kind !== 'answer').map((turn) => (
            <p key={turn.seq} className={styles['after']} data-kind={turn.kind}><strong>{t(`room.turn.${turn.kind}`)}</strong> <InlineCode text={turn.text} /></p>
          ))}
        </article>
      )}
    </div>
    {ratings.failure && <EngineErrorNotice error={ratings.failure.error} actions={{ retry: () => { if (ratings.failure) void ratings.rate(ratings.failure.seq, ratings.failure.rating); } }} onDismiss={ratings.dismiss} />}
    {words !== null && <PromptWordsDialog prompts={words} onClose={() => setWords(null)} />}
    <VisuallyHidden live>{announced}</VisuallyHidden>
    <VisuallyHidden live>{ratings.spoken}</VisuallyHidden>
    {marks.tabStop !== null && <VisuallyHidden id={howToMove}>{t('room.marksKeys')}</VisuallyHidden>}
  </>);
}

/** What has just been said, whole: words that are still coming are not read out one by one. */
function useAnnounced(turns: readonly Turn[]): string {
  const before = useRef(turns);
  const [announced, setAnnounced] = useState('');
  useEffect(() => {
    const said = justSaid(before.current, turns);
    before.current = turns;
    if (said) setAnnounced(said);
  }, [turns]);
  return announced;
}

/** What can be done with the line under a model's words: rate them, see what they were made from. */
interface Marks extends Pick<ReturnType<typeof useTurnRatings>, 'rate' | 'ratingOf'> {
  onWords: (prompts: readonly UsedPrompt[]) => void;
  /** The turn whose thumbs always show, and the past one that Tab leads to. */
  newest: number | null; tabStop: number | null;
}

/** Who worded a turn. Only a model's words are rated: the coach's own lines are always the same. */
function MadeMark({ turn: { madeBy, at, rating, wordedSeq }, marks, inTabOrder = wordedSeq === marks.tabStop }: { turn: ShownTurn; marks: Marks; inTabOrder?: boolean }) {
  if (!madeBy?.model) return madeBy && <Provenance madeBy={madeBy} />;
  return (
    <Provenance madeBy={madeBy} at={at} rating={marks.ratingOf(wordedSeq, rating)} onRate={(next) => void marks.rate(wordedSeq, next)}
      onWords={marks.onWords} quiet={wordedSeq !== (marks.newest ?? marks.tabStop)} tabStops={inTabOrder} />
  );
}

function PastTurn({ turn, view, now, last, marks }: { turn: ShownTurn; view: SessionView; now: number; last: boolean; marks: Marks }) {
  const { t } = useTranslation('interview');
  const question = view.questions.find(({ index }) => index === turn.questionIndex);
  const mine = turn.by === 'candidate';
  const minutes = Math.floor((now - Date.parse(turn.at)) / 60_000);
  const name = useDisplayName();
  return (
    <article className={styles['turn']}>
      <Face machine={!mine} name={name} />
      <div className={styles['by']}>
        <strong>{mine ? name || t('room.you') : t('room.interviewer')}</strong>
        <span>
          {mine && turn.words !== null
            ? `${t('words', { count: turn.words })}${turn.elapsedMs === null ? '' : ` · ${stopwatch(turn.elapsedMs)}`}`
            : `${t(`room.turn.${turn.kind}`)}${minutes > 0 ? ` · ${t('room.minutesAgo', { count: minutes })}` : ''}`}
        </span>
        {last && question?.met != null && question.total != null && <Badge tone="accent">{t('room.points', { met: question.met, total: question.total })}</Badge>}
      </div>
      {turn.kind !== 'skip' && mine && <Said text={turn.text} />}
      {!mine && (
        <div className={styles['said']}>
          <SpokenCut turn={turn} />
          <SpokenWords as="p" turn={turn} />
          <SpokenInstead turn={turn} heard={null} />
          {turn.madeBy?.model && <MadeMark turn={turn} marks={marks} />}
        </div>
      )}
    </article>
  );
}

/** The person's own words, code set apart. */
function Said({ text }: { text: string }) {
  return (
    <div className={styles['said']}>
      {findBlocks(text).map((block) => (block.shape === 'code' ? <pre key={block.start}>{text.slice(block.start, block.end)}</pre> : <p key={block.start}>{text.slice(block.start, block.end)}</p>))}
    </div>
  );
}

function useDisplayName(): string {
  return useEngineQuery(queryKeys.settings, (it) => it.settings.get()).data?.displayName ?? '';
}

function Face({ machine, name = '' }: { machine: boolean; name?: string }) {
  const { t } = useTranslation('interview');
  const initials = name.split(/\s+/).map((part) => part[0] ?? '').join('').slice(0, 2).toUpperCase();
  return <span className={styles['face']} data-machine={machine || undefined} aria-hidden="true">{machine ? <Icon of={MessagesSquare} /> : initials || t('room.youInitial')}</span>;
}
