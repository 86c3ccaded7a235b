import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from '../strings/en.json';
import interview from '../strings/interview.en.json';
import models from '../strings/models.en.json';
import type memory from '../strings/memory.en.json';
import type prompts from '../strings/prompts.en.json';

const resources = { en: { ...en, interview, models } } as const;

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'app';
    resources: typeof en & { interview: typeof interview; models: typeof models; memory: typeof memory; prompts: typeof prompts };
  }
}

/** Makes the words available, those of memory and prompts aside: they come with the screens that need them (`screens/prompts/prompt-strings.ts`). Another language is another pair of files and a line in `resources`. */
export function startStrings(language = 'en'): Promise<unknown> {
  nameLanguage(language);
  return i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    ns: Object.keys(resources.en),
    defaultNS: 'app',
    resources,
    initAsync: false,
    interpolation: { escapeValue: false }, // React escapes
    returnNull: false,
  });
}

function nameLanguage(language: string): void {
  if (typeof document !== 'undefined') document.documentElement.lang = language;
}
