import i18next from 'i18next';

const language = (): string => (i18next.language === 'en' || !i18next.language ? 'en-GB' : i18next.language);

/** "12,340". */
export function wholeNumber(value: number): string {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: 0 }).format(value);
}

/** "$0.42" from micro-dollars; below a cent with as many places as it takes, so that something is never shown as nothing. */
export function dollars(microUsd: number): string {
  const usd = microUsd / 1_000_000;
  const small = usd > 0 && usd < 0.01;
  return new Intl.NumberFormat(language(), { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol', ...(small ? { maximumSignificantDigits: 2 } : {}) }).format(usd);
}

/** "November 2026" from "2026-11"; anything else as it is. */
export function monthName(month: string): string {
  const date = new Date(`${month.slice(0, 7)}-15T12:00:00Z`);
  return Number.isNaN(date.getTime()) ? month : new Intl.DateTimeFormat(language(), { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(date);
}
