import i18next from 'i18next';

const language = (): string => i18next.language || 'en';

/** "18 Nov", with the year when it is not this one. */
export function shortDate(instant: string, now: Date = new Date()): string {
  const date = new Date(instant);
  const year = date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const };
  return new Intl.DateTimeFormat(language() === 'en' ? 'en-GB' : language(), { day: 'numeric', month: 'short', ...year }).format(date);
}

/** "Wednesday 18 November". */
export function longDate(instant: string | Date): string {
  return new Intl.DateTimeFormat(language() === 'en' ? 'en-GB' : language(), { weekday: 'long', day: 'numeric', month: 'long' }).format(new Date(instant)).replace(',', '');
}

/** "14:32", in the person's own time zone. */
export function clockTime(instant: string): string {
  return new Intl.DateTimeFormat(language() === 'en' ? 'en-GB' : language(), { hour: '2-digit', minute: '2-digit' }).format(new Date(instant));
}

/** "2:36": minutes and seconds, or "1:02:36" from an hour on. Takes milliseconds; below zero it counts as zero. */
export function stopwatch(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(seconds % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** "3.4 MB": bytes in steps of 1000, as disks are sold. */
export function byteSize(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  return new Intl.NumberFormat(language(), { style: 'unit', unit: units[step] ?? 'byte', unitDisplay: step === 0 ? 'long' : 'short', maximumFractionDigits: step < 2 ? 0 : 1 }).format(bytes / 1000 ** step);
}

/** "15.5 GB": memory in steps of 1024, as systems count it; below 1 GB in MB. */
export function memorySize(bytes: number): string {
  const [value, unit, digits] = bytes < 1024 ** 3 ? [bytes / 1024 ** 2, 'megabyte', 0] as const : [bytes / 1024 ** 3, 'gigabyte', 1] as const;
  return new Intl.NumberFormat(language(), { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits }).format(value);
}

/** Whole days from then to now in the person's calendar: 0 is today, 1 yesterday. */
export function daysAgo(instant: string, now: Date = new Date()): number {
  const midnight = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  return Math.round((midnight(now) - midnight(new Date(instant))) / 86_400_000);
}
