import { Archive, ChartLine, FileText, Flame, ShieldCheck, Target, type LucideIcon } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import type { Setup } from '../../../core/contract/interview.ts';
import { trustWords } from '../../app/trust-words.ts';
import { queryKeys, useEngineCommand, useEngineQuery } from '../../client/index.ts';
import { Badge, Button, ButtonLink, EngineErrorNotice, Eyebrow, Icon, Kbd, Notice, useScreenTitle } from '../../ui/index.ts';
import { useWarmUp } from './use-warm-up.ts';
import styles from './first-run.module.css';

/** Home before anything was practised: one first step, and what will fill the empty places. */
export function FirstRun() {
  const { t } = useTranslation('home');
  const heading = useScreenTitle(t('title'));
  return (
    <div className={styles['hello']}>
      <section className={styles['left']} aria-label={t('firstRun.badge')}>
        <h1 ref={heading} tabIndex={-1}>{t('firstRun.title')}</h1>
        <p className={styles['lead']}>{t('firstRun.text')}</p>
        <WarmUp />
        <div className={styles['ways']}>
          <Way icon={FileText} title={t('firstRun.posting')} text={t('firstRun.postingText')} action={t('firstRun.postingAction')} href="/interview" />
          <Way icon={Archive} title={t('firstRun.restore')} text={t('firstRun.restoreText')} action={t('firstRun.restoreAction')} href="/settings/data" />
        </div>
        <p className={styles['keys']}><Kbd shortcut="mod+k" /> {t('firstRun.keysPalette')} <Kbd shortcut="?" /> {t('firstRun.keysSheet')}</p>
      </section>
      <Desk />
    </div>
  );
}

function WarmUp() {
  const { t } = useTranslation('home');
  const id = useId();
  const [, navigate] = useLocation();
  const { setup, about } = useWarmUp();
  const start = useEngineCommand((engine, input: Setup) => engine.interview.start(input), {
    outdates: [queryKeys.overview, queryKeys.historyAll, queryKeys.setupDefaults],
    onDone: ({ sessionId }) => navigate(`/interview/${sessionId}`),
  });
  const begin = (): void => { if (setup) start.mutate(setup); else navigate('/interview'); };
  return (
    <section className={styles['try']} aria-labelledby={id}>
      <Eyebrow><Badge tone="accent">{t('firstRun.badge')}</Badge>{t('firstRun.minutes')}</Eyebrow>
      <h2 id={id}>{t('firstRun.question')}</h2>
      <p className={styles['soft']}>{t('firstRun.about')}</p>
      <figure className={styles['sample']} aria-label={t('firstRun.sampleLabel')}>
        <p>
          <span className={styles['evidence']}>{t('firstRun.sampleOne')} <b className={styles['mark']}>1</b></span>{' '}
          <span className={styles['evidence']}>{t('firstRun.sampleTwo')} <b className={styles['mark']}>2</b></span>{' '}
          {t('firstRun.sampleRest')}
        </p>
        <p className={styles['missing']}><b className={styles['mark']} data-missing>3</b>{t('firstRun.sampleMissing')}</p>
      </figure>
      {start.error && <EngineErrorNotice error={start.error} actions={{ retry: begin, 'choose-another': () => navigate('/interview') }} />}
      <div className={styles['actions']}>
        <Button variant="primary" size="large" busy={start.isPending} onClick={begin}>{t('firstRun.start')}</Button>
        <ButtonLink href="/interview" size="large">{t('firstRun.setUp')}</ButtonLink>
        {about && <span className={styles['first']}>{t('firstRun.first', { title: about })}</span>}
      </div>
    </section>
  );
}

function Way({ icon, title, text, action, href }: { icon: LucideIcon; title: string; text: string; action: string; href: string }) {
  return (
    <article className={styles['way']}>
      <span className={styles['sign']}><Icon of={icon} /></span>
      <div><h2>{title}</h2><p className={styles['soft']}>{text}</p><Link href={href}>{action}</Link></div>
    </article>
  );
}

function Desk() {
  const { t } = useTranslation('home');
  const { t: tApp } = useTranslation('app');
  const status = useEngineQuery(queryKeys.status, (engine, signal) => engine.app.status(undefined, { signal }));
  const trust = trustWords(tApp, status.data);
  const later = [
    { icon: ChartLine, title: t('firstRun.laterScores'), text: t('firstRun.laterScoresText') },
    { icon: Target, title: t('firstRun.laterStep'), text: t('firstRun.laterStepText') },
    { icon: Flame, title: t('firstRun.laterStreak'), text: t('firstRun.laterStreakText') },
  ];
  return (
    <aside className={styles['right']} aria-label={t('firstRun.desk')}>
      <div><h2>{t('firstRun.desk')}</h2><p className={styles['soft']}>{t('firstRun.deskText')}</p></div>
      <svg className={styles['ghost']} width="240" height="104" viewBox="0 0 240 104" role="img" aria-label={t('firstRun.chart')}>
        <path className={styles['grid']} d="M28 80H240M28 46H240M28 12H240" />
        <g textAnchor="end"><text x="22" y="84">40</text><text x="22" y="50">70</text><text x="22" y="16">100</text></g>
        <path className={styles['dashes']} d="M40 68 78 62 116 50 154 53 192 37 230 28" />
        <circle cx="40" cy="68" r="5" />
        <text x="40" y="100">{t('firstRun.chartFirst')}</text>
      </svg>
      <ul className={styles['later']}>
        {later.map((item) => <li key={item.title}><span className={styles['sign']}><Icon of={item.icon} /></span><span><b>{item.title}</b><small>{item.text}</small></span></li>)}
      </ul>
      {trust.leaves !== 'unknown' && <div className={styles['trust']}><Notice tone={trust.leaves === 'nothing' ? 'good' : 'warn'} icon={ShieldCheck} title={trust.leaves === 'nothing' ? t('firstRun.trust') : `${trust.who}: ${trust.what}`}>{t('firstRun.trustText')}</Notice></div>}
    </aside>
  );
}
