export interface HeatDay { date: Date; minutes: number; /** 0 none to 4 much. */ level: 0 | 1 | 2 | 3 | 4; /** Grid position, 1-based; rows are weekdays from Monday. */ row: number; column: number; today: boolean }

const level = (minutes: number): HeatDay['level'] => (minutes <= 0 ? 0 : minutes < 10 ? 1 : minutes < 20 ? 2 : minutes < 35 ? 3 : 4);

/** Lays out minutes a day (oldest first, the last one today) as a calendar: a column a week, Monday on top. */
export function placeHeatDays(minutes: readonly number[], now: Date = new Date()): HeatDay[] {
  const dayAgo = (days: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
  const weekday = (date: Date): number => (date.getDay() + 6) % 7;
  const offset = weekday(dayAgo(minutes.length - 1));
  return minutes.map((count, index) => {
    const date = dayAgo(minutes.length - 1 - index);
    return { date, minutes: count, level: level(count), row: weekday(date) + 1, column: Math.floor((index + offset) / 7) + 1, today: index === minutes.length - 1 };
  });
}
