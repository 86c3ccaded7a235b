import { Braces, ChevronDown, Download, FileText, MessagesSquare, NotebookText, RotateCcw } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { Report } from '../../../core/contract/interview-report.ts';
import { queryClient, queryKeys, saveFile, useEngineCommand, useEngineQuery } from '../../client/index.ts';
import { Button, ButtonLink, EngineErrorNotice, longDate, Menu, ScreenHead, showToast, Skeleton } from '../../ui/index.ts';
import { QuestionDetail } from './report/question-detail.tsx';
import { QuestionList, type ReportPage } from './report/question-list.tsx';
import { ReportOverview } from './report/report-overview.tsx';
import { ReportSummary } from './report/report-summary.tsx';
import styles from './report-screen.module.css';

/** The report of a finished interview. */
export function ReportScreen({ sessionId }: { sessionId: string }) {
  const { t } = useTranslation('interview');
  const [, navigate] = useLocation();
  const report = useEngineQuery(queryKeys.report(sessionId), (it) => it.interview.report({ sessionId }));
  if (report.data) return <OpenReport report={report.data} />;
  return (
    <div className={styles['screen']} aria-busy={!report.error}>
      <ScreenHead ruled title={t('report.title')} />
      <div className={styles['alone']}>
        {report.error
          ? <EngineErrorNotice error={report.error} actions={{ retry: () => void report.refetch(), 'show-current': () => navigate(`/interview/${sessionId}`) }} />
          : <><Skeleton height="140px" /><Skeleton height="240px" /></>}
      </div>
    </div>
  );
}

function OpenReport({ report }: { report: Report }) {
  const { t } = useTranslation('interview');
  const [, navigate] = useLocation();
  const { sessionId, questions } = report;
  const [page, setPage] = useState<ReportPage>(questions.length === 1 ? 0 : 'overview');
  const question = typeof page === 'number' ? questions.find(({ index }) => index === page) : undefined;
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => { for (const column of body.current?.children ?? []) column.scrollTop = 0; }, [page]);

  const exportAs = useEngineCommand((it, format: 'markdown' | 'json' | 'pdf') => it.interview.export({ sessionId, format }), {
    onDone: (file) => { saveFile(file); showToast(t('report.exported', { name: file.name })); },
  });
  const retry = useEngineCommand((it, questionId: string) => it.interview.retry({ questionId, mode: 'practice' }), {
    onDone: (view) => { queryClient.setQueryData(queryKeys.session(view.sessionId), view); navigate(`/interview/${view.sessionId}`); },
  });
  const rate = useEngineCommand((it, input: { questionIndex: number; rating: 'up' | 'down' | null }) => it.interview.rate({ sessionId, ...input }), {
    onDone: (_output, { questionIndex, rating }) => queryClient.setQueryData<Report>(queryKeys.report(sessionId), (before) => before && {
      ...before, questions: before.questions.map((each) => (each.index === questionIndex ? { ...each, rating } : each)),
    }),
  });
  const rateTurn = useEngineCommand((it, input: { seq: number; rating: 'up' | 'down' | null }) => it.interview.rateTurn({ sessionId, ...input }), {
    onDone: (_output, { seq, rating }) => queryClient.setQueryData<Report>(queryKeys.report(sessionId), (before) => before && {
      ...before, questions: before.questions.map((each) => ({ ...each, parts: each.parts.map((part) => (part.askedIn?.seq === seq ? { ...part, askedIn: { ...part.askedIn, rating } } : part)) })),
    }),
  });
  const failure = [exportAs, retry, rate, rateTurn].find((command) => command.error);
  const subtitle = [
    longDate(report.startedAt), t(`kindLower.${report.kind as 'mixed'}`, { defaultValue: report.kind }), t(`pressureLower.${report.pressure as 'tough'}`, { defaultValue: report.pressure }),
    t('report.questionsIn', { questions: t('questions', { count: questions.length }), minutes: t('minutes', { count: Math.max(1, Math.round(report.activeMs / 60_000)) }) }),
  ].join(' · ');

  return (
    <div className={styles['screen']}>
      <ScreenHead ruled title={report.title} subtitle={subtitle}
        actions={<>
          <Menu label={t('report.export')} items={[
            { label: t('report.exportMarkdown'), icon: NotebookText, onSelect: () => exportAs.mutate('markdown') },
            { label: t('report.exportPdf'), icon: FileText, onSelect: () => exportAs.mutate('pdf') },
            { label: t('report.exportJson'), icon: Braces, onSelect: () => exportAs.mutate('json') },
          ]}>
            <Button variant="plain" icon={Download} iconAfter={ChevronDown} busy={exportAs.isPending}>{t('report.export')}</Button>
          </Menu>
          <ButtonLink href="/interview" icon={MessagesSquare} variant={question ? 'normal' : 'primary'}>{t('report.newInterview')}</ButtonLink>
          {question && <Button variant="primary" icon={RotateCcw} busy={retry.isPending} onClick={() => retry.mutate(question.questionId)}>{t('report.retry', { number: question.index + 1 })}</Button>}
        </>} />
      {failure && <div className={styles['failure']}><EngineErrorNotice error={failure.error} onDismiss={() => failure.reset()} /></div>}
      <ReportSummary report={report} />
      <div className={styles['detail']} ref={body} data-page={question ? 'question' : 'overview'}>
        <QuestionList questions={questions} page={page} onPage={setPage} />
        {question
          ? <QuestionDetail key={question.index} report={report} question={question} onRate={(rating) => rate.mutate({ questionIndex: question.index, rating })} onRateTurn={(seq, rating) => rateTurn.mutate({ seq, rating })} />
          : <div className={styles['overview']} tabIndex={0} role="region" aria-label={t('report.overview')}><ReportOverview report={report} onPage={setPage} /></div>}
      </div>
    </div>
  );
}
