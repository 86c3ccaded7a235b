import { BookText, BriefcaseBusiness, FileUser, GraduationCap, Lightbulb, MessageSquareText, NotebookPen, type LucideIcon } from 'lucide-react';
import type { MemoryKind } from '../../../core/contract/memory.ts';
import { clockTime, daysAgo, shortDate } from '../../ui/index.ts';

export const KIND_ICONS: Readonly<Record<MemoryKind, LucideIcon>> = {
  resume: FileUser, job: BriefcaseBusiness, note: NotebookPen, turn: MessageSquareText, fact: Lightbulb, card: BookText, 'mentor-turn': GraduationCap,
};

/** "12 Nov"; the time instead when it was today. */
export function whenShort(at: string): string {
  return daysAgo(at) === 0 ? clockTime(at) : shortDate(at);
}

/** "12 Nov, 14:32". */
export function whenLong(at: string): string {
  return `${shortDate(at)}, ${clockTime(at)}`;
}

/** What is to be read below a title; nothing when the title says it all. */
export function textBelow(title: string, text: string): string | null {
  const below = text.trim();
  return below === '' || below === title.trim() ? null : below;
}
