import { DropdownMenu as Primitive } from 'radix-ui';
import type { LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import { Icon } from './icon.tsx';
import styles from './menu.module.css';

export interface MenuItem { label: string; icon?: LucideIcon; detail?: string; danger?: boolean; onSelect: () => void }

/** A button that opens a short list of actions. `children` is the button. */
export function Menu({ label, items, align = 'end', children }: { label: string; items: readonly MenuItem[]; align?: 'start' | 'end'; children: ReactElement }) {
  return (
    <Primitive.Root modal={false}>
      <Primitive.Trigger asChild>{children}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content className={styles['menu']} align={align} sideOffset={4} collisionPadding={8} aria-label={label}>
          {items.map((item) => (
            <Primitive.Item key={item.label} className={styles['item']} data-danger={item.danger || undefined} onSelect={item.onSelect}>
              {item.icon && <Icon of={item.icon} />}
              <span>{item.label}</span>
              {item.detail && <span className={styles['detail']}>{item.detail}</span>}
            </Primitive.Item>
          ))}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
