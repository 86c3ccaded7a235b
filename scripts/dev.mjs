import './require-node.mjs';

await import('../loopback/dev.ts');
