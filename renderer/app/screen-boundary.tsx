import { Component, type ErrorInfo, type ReactNode } from 'react';
import { Translation } from 'react-i18next';
import { Link } from 'wouter';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import styles from './screen-boundary.module.css';

/** True when the code of a screen could not be fetched, as when the engine was away: only a reload asks for it again. */
function isMissingCode(fault: Error): boolean {
  return /dynamically imported module|Importing a module script failed/i.test(fault.message);
}

/** Keeps a fault inside its screen: the frame, the drafts and every other screen go on. `quiet` shows nothing in its place. */
export class ScreenBoundary extends Component<{ children: ReactNode; quiet?: boolean }, { fault: Error | null }> {
  override state: { fault: Error | null } = { fault: null };

  static getDerivedStateFromError(fault: unknown): { fault: Error } {
    return { fault: fault instanceof Error ? fault : new Error(String(fault)) };
  }

  override componentDidCatch(fault: unknown, info: ErrorInfo): void {
    console.error('A screen could not be drawn', fault, info.componentStack);
  }

  override render(): ReactNode {
    const { fault } = this.state;
    if (!fault) return this.props.children;
    if (this.props.quiet) return null;
    return (
      <Translation ns="app">
        {(t) => (
          <div className={styles['fault']}>
            <h1 tabIndex={-1} ref={(heading) => heading?.focus()}>{t('boundary.title')}</h1>
            <Notice tone="bad" alert title={t('boundary.happened')}
              actions={<>
                <Button size="small" onClick={() => (isMissingCode(fault) ? location.reload() : this.setState({ fault: null }))}>{t('boundary.again')}</Button>
                <Link href="/" className={styles['home']}>{t('boundary.home')}</Link>
              </>}>
              {t('boundary.kept')}
            </Notice>
            <details className={styles['details']}>
              <summary>{t('boundary.details')}</summary>
              <code>{fault.name}: {fault.message}</code>
            </details>
          </div>
        )}
      </Translation>
    );
  }
}
