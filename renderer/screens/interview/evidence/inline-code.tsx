import { Fragment } from 'react';
import styles from './inline-code.module.css';

/** Words of a pack or of the coach: what stands between backticks is shown as code, everything else as it is. */
export function InlineCode({ text }: { text: string }) {
  return text.split(/(`[^`\n]+`)/).map((piece, index) => (
    index % 2 === 1 ? <code key={index} className={styles['code']}>{piece.slice(1, -1)}</code> : <Fragment key={index}>{piece}</Fragment>
  ));
}
