import { useCallback, useId, useMemo, useState } from 'react';

/** What ties the words of an answer to the rubric points they earned: which pair is lit, and how to get from one to the other. */
export interface EvidenceLink {
  active: string | null;
  setActive: (id: string | null) => void;
  /** Element ids, so that each side can move focus to the other. */
  pointElement: (id: string) => string;
  markElement: (id: string) => string;
  goToPoint: (id: string) => void;
  goToMark: (id: string) => void;
}

/** One link for an answer and its rubric. */
export function useEvidenceLink(): EvidenceLink {
  const base = useId();
  const [active, setActive] = useState<string | null>(null);
  const pointElement = useCallback((id: string) => `${base}-point-${id}`, [base]);
  const markElement = useCallback((id: string) => `${base}-mark-${id}`, [base]);
  return useMemo(() => {
    const go = (elementId: string): void => {
      const element = document.getElementById(elementId);
      element?.focus({ preventScroll: true });
      element?.scrollIntoView({ block: 'nearest' });
    };
    return { active, setActive, pointElement, markElement, goToPoint: (id) => go(pointElement(id)), goToMark: (id) => go(markElement(id)) };
  }, [active, pointElement, markElement]);
}
