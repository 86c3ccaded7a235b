import { Tooltip as Primitive } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';
import { Kbd } from './kbd.tsx';
import styles from './tooltip.module.css';

/** Once around the app: shares the delay, so that moving along a toolbar shows the next tooltip at once. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return <Primitive.Provider delayDuration={400} skipDelayDuration={200}>{children}</Primitive.Provider>;
}

/** A few words about a control, on hover and on focus. Never the only place where something needed is said. */
export function Tooltip({ text, shortcut, side = 'top', children }: { text: ReactNode; shortcut?: string | undefined; side?: 'top' | 'right' | 'bottom' | 'left'; children: ReactElement }) {
  return (
    <Primitive.Root>
      <Primitive.Trigger asChild>{children}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content className={styles['tooltip']} side={side} sideOffset={6} collisionPadding={8}>
          {text}
          {shortcut && <Kbd shortcut={shortcut} decorative />}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
