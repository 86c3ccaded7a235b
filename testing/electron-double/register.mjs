// `node --import <this file> out/main/main.js` runs the built main process against the double.
import { registerHooks } from 'node:module';

const url = new URL('./electron.ts', import.meta.url).href;
registerHooks({ resolve: (specifier, context, next) => (specifier === 'electron' ? { url, format: 'module-typescript', shortCircuit: true } : next(specifier, context)) });
