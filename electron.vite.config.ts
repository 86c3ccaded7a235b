import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const at = (path: string): string => resolve(import.meta.dirname, path);

/** Builds what runs: both shells (dependencies stay outside), the preload (one CommonJS file) and the window. */
export default defineConfig({
  main: {
    build: {
      outDir: at('out/main'),
      rolldownOptions: { input: { main: at('electron/main.ts'), loopback: at('loopback/main.ts'), 'inference-process': at('core/inference/providers/llama/process/main.ts'), 'keychain-process': at('loopback/keychain-process.ts') } },
    },
  },
  preload: {
    build: {
      outDir: at('out/preload'),
      externalizeDeps: false, // a sandboxed preload can require nothing but electron
      rolldownOptions: {
        input: { preload: at('electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('renderer'),
    plugins: [react()],
    build: {
      outDir: at('out/renderer'),
      minify: true,
      assetsInlineLimit: 0, // font-src and script-src allow no data: URLs
      rolldownOptions: { input: { index: at('renderer/index.html') } },
    },
  },
});
