/** A step that passes or fails as a whole: arguments for Node, from the project's root. */
export interface Step { readonly name: string; readonly args: readonly string[] }

export const TYPECHECK: Step = { name: 'typecheck', args: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'] };

export const LINTS: readonly Step[] = [
  { name: 'lint', args: ['node_modules/oxlint/bin/oxlint', '--deny-warnings'] },
  { name: 'layers', args: ['scripts/check-layers.ts'] },
  { name: 'packs', args: ['scripts/lint-packs.ts'] },
  { name: 'prompts', args: ['scripts/lint-prompts.ts'] },
];

export const BUILD: Step = { name: 'build', args: ['node_modules/electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'warn'] };
