import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { VisuallyHidden } from '../../ui/index.ts';

/** Says to readers of the screen that problems came or went as files are saved; shown they are elsewhere. */
export function ProblemCount({ count }: { count: number }) {
  const { t } = useTranslation('prompts');
  const [had, setHad] = useState(count > 0);
  if (count > 0 && !had) setHad(true);
  return <VisuallyHidden live>{count > 0 ? t('list.problems', { count }) : had ? t('list.problemsGone') : ''}</VisuallyHidden>;
}
