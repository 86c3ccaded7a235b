import i18next from 'i18next';

interface Scored { score: number | null; low: number | null; high: number | null }

/** The likely range in words, or null when there is none to tell (one question, or nothing judged). */
export function rangeWords({ low, high }: Omit<Scored, 'score'>): string | null {
  return low !== null && high !== null && low < high ? i18next.t('interview:score.to', { low, high }) : null;
}

/** A score with its likely range for tables and lines, or that there was not enough to judge. */
export function scoreWords({ score, low, high }: Scored): string {
  if (score === null) return i18next.t('interview:score.notEnoughShort');
  const range = rangeWords({ low, high });
  return range === null ? `${score}` : i18next.t('interview:score.withRange', { score, range });
}

/** The same for people who hear a chart instead of seeing it; `name` says whose score it is. */
export function spokenScore({ score, low, high }: Scored & { score: number }, name = i18next.t('interview:score.name')): string {
  const said = i18next.t('interview:score.spoken', { name, score });
  return low !== null && high !== null ? `${said}, ${i18next.t('interview:score.likely', { low, high })}` : said;
}
