import i18next from 'i18next';
import memory from '../../strings/memory.en.json';

// Words that only these screens say come with them, not with the first paint.
i18next.addResourceBundle('en', 'memory', memory);
