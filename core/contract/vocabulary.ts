import { z } from 'zod';

// Words that the contract, the coach and the packs share. Nothing here depends on anything but zod.

/** Competencies a rubric point can speak for; the report groups scores by them. */
export const COMPETENCIES = [
  'technical-depth', 'problem-solving', 'system-design', 'data-and-evidence', 'quality-and-reliability',
  'ownership', 'collaboration', 'communication', 'leadership', 'customer-and-product',
] as const;
export const competencySchema = z.enum(COMPETENCIES);
export type Competency = z.infer<typeof competencySchema>;

export const QUESTION_KINDS = ['behavioural', 'technical', 'system-design', 'case'] as const;
export const questionKindSchema = z.enum(QUESTION_KINDS);
export type QuestionKind = z.infer<typeof questionKindSchema>;

export const LEVELS = ['junior', 'mid', 'senior'] as const;
export const levelSchema = z.enum(LEVELS);
export type Level = z.infer<typeof levelSchema>;

/** Time at the boundary: ISO 8601 in UTC. */
export const instantSchema = z.iso.datetime();

/** Who makes a text: the built-in coach, a model in this machine, or one somewhere else. */
export const whoSchema = z.enum(['coach', 'local', 'cloud']);
export type Who = z.infer<typeof whoSchema>;
