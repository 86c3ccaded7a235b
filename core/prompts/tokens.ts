// Counting stands where models can reach it too; the prompts' own files find it here.
export { CHARACTERS_PER_TOKEN, countTokens, estimateTokens, TOKENIZER } from '../tokens.ts';
