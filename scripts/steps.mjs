// Steps that either pass or fail as a whole, as arguments for Node; `lint` and `test` share them.
export const TYPECHECK = { name: 'typecheck', args: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'] };

export const LINTS = [
  { name: 'lint', args: ['node_modules/oxlint/bin/oxlint', '--deny-warnings'] },
  { name: 'layers', args: ['scripts/check-layers.ts'] },
  { name: 'packs', args: ['scripts/lint-packs.ts'] },
];

export const BUILD = { name: 'build', args: ['node_modules/electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'warn'] };
