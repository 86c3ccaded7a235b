import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Compass } from 'lucide-react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { HomeScreen } from '../screens/home/home-screen.tsx';
import { ButtonLink } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ScreenHead } from '../ui/screen-head.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { ScreenBoundary } from './screen-boundary.tsx';
import styles from './screen-routes.module.css';

const load = {
  setup: () => import('../screens/interview/setup-screen.tsx'),
  room: () => import('../screens/interview/room-screen.tsx'),
  report: () => import('../screens/interview/report-screen.tsx'),
  history: () => import('../screens/interview/history-screen.tsx'),
  settings: () => import('../screens/settings/settings-screen.tsx'),
};
const SetupScreen = lazy(async () => ({ default: (await load.setup()).SetupScreen }));
const RoomScreen = lazy(async () => ({ default: (await load.room()).RoomScreen }));
const ReportScreen = lazy(async () => ({ default: (await load.report()).ReportScreen }));
const HistoryScreen = lazy(async () => ({ default: (await load.history()).HistoryScreen }));
const SettingsScreen = lazy(async () => ({ default: (await load.settings()).SettingsScreen }));

/** Fetches every screen's code once the first one is shown, so that changing screens is instant and needs nobody to serve it. */
export function preloadScreens(): void {
  for (const screen of Object.values(load)) screen().catch(() => undefined); // asked for again when it is opened
}

/** The screen the address names. A fault in one stays in it; leaving it clears the fault. */
export function ScreenRoutes() {
  const { t } = useTranslation('app');
  const [location] = useLocation();
  return (
    <ScreenBoundary key={location}>
      <Suspense fallback={<div className={styles['loading']}><Spinner size={24} label={t('loadingScreen')} /></div>}>
        <Switch>
          <Route path="/"><HomeScreen /></Route>
          <Route path="/interview"><SetupScreen /></Route>
          <Route path="/interview/:sessionId">{({ sessionId }) => <RoomScreen key={sessionId} sessionId={sessionId} />}</Route>
          <Route path="/interview/:sessionId/report">{({ sessionId }) => <ReportScreen key={sessionId} sessionId={sessionId} />}</Route>
          <Route path="/history"><HistoryScreen /></Route>
          <Route path="/settings/prompts/words/:hash">{({ hash }) => <SettingsScreen section="prompts" words={hash} />}</Route>
          <Route path="/settings/prompts/:folder/:name">{({ folder, name }) => <SettingsScreen section="prompts" prompt={`${folder}/${name}`} />}</Route>
          <Route path="/settings/:section?">{({ section }) => <SettingsScreen section={section} />}</Route>
          <Route path="/home"><Redirect to="/" replace /></Route>
          <Route><NothingHere /></Route>
        </Switch>
      </Suspense>
    </ScreenBoundary>
  );
}

function NothingHere() {
  const { t } = useTranslation('app');
  return (
    <>
      <ScreenHead title={t('notFound.title')} />
      <div className={styles['body']}>
        <EmptyState icon={Compass} title={t('notFound.text')} action={<ButtonLink href="/">{t('notFound.home')}</ButtonLink>} />
      </div>
    </>
  );
}
