import { Tabs as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';
import styles from './tabs.module.css';

export interface Tab<T extends string> { value: T; label: string; badge?: ReactNode; content: ReactNode }

/** Tabs with their panels; only the open panel is in the page. */
export function Tabs<T extends string>({ label, value, onChange, tabs }: { label: string; value: T; onChange: (value: T) => void; tabs: readonly Tab<T>[] }) {
  return (
    <Primitive.Root value={value} onValueChange={(next) => onChange(next as T)}>
      <Primitive.List className={styles['list']} aria-label={label}>
        {tabs.map((tab) => (
          <Primitive.Trigger key={tab.value} value={tab.value} className={styles['tab']}>{tab.label}{tab.badge}</Primitive.Trigger>
        ))}
      </Primitive.List>
      {tabs.map((tab) => <Primitive.Content key={tab.value} value={tab.value} className={styles['panel']}>{tab.content}</Primitive.Content>)}
    </Primitive.Root>
  );
}
