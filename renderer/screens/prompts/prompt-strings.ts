import i18next from 'i18next';
import prompts from '../../strings/prompts.en.json';

// Words that only these screens say come with them, not with the first paint; each screen that says them takes this in.
i18next.addResourceBundle('en', 'prompts', prompts);
