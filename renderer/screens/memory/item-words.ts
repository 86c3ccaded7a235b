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

/** True when a title is the text, or its beginning cut short: then the text alone says it all. */
export function isSaidByText(title: string, text: string): boolean {
  const [short, whole] = [plain(title), plain(text)];
  return short === whole || (short.endsWith('…') && whole.startsWith(short.slice(0, -1).trimEnd()));
}

const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();
