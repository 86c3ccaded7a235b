import styles from './steps.module.css';

export type StepState = 'answered' | 'skipped' | 'now' | 'later';

/** One bar a question: done, skipped, now, still to come. `label` says it in words. */
export function Steps({ states, label }: { states: readonly StepState[]; label: string }) {
  return <div className={styles['steps']} role="img" aria-label={label}>{states.map((state, index) => <i key={index} data-state={state} />)}</div>;
}
