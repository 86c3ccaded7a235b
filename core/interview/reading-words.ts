import type { BlendReason } from './blended-grade.ts';
import type { Rejection } from './model-scoring.ts';

/** Why a model's word on a point does not count, for the person; goes on a sentence and has no full stop. */
export const REJECTED_SAYS: Readonly<Record<Rejection, string>> = {
  'unreadable': 'its reply did not have the form asked for',
  'no-quote': 'it pointed to no words of the answer',
  'too-short': 'its quote is too short to show anything',
  'too-long': 'it quoted half the answer instead of a place in it',
  'not-in-answer': 'the quote does not stand in the answer',
  'from-the-question': 'the quote is the question said back',
  'from-the-rubric': 'the quote is the rubric’s words, not the answer’s',
  'negation-left-out': 'the quote leaves out a “not” that stands before it',
};

/** What became of a model's word on a point, for the person, without a full stop. */
export const REASON_SAYS: Readonly<Record<BlendReason, string>> = {
  'agree': 'both see it alike',
  'raised': 'the model found words for it, so it counts for more',
  'lowered': 'the model sees less of it there, so it counts for less',
  'not-read': 'the model said nothing about it',
  'rejected': 'the model’s word does not count, so nothing changed',
  'coach-found-the-opposite': 'the coach found the opposite said, so the quote changes nothing',
  'quote-set-aside': 'the coach set these words aside, so they change nothing',
  'quote-used-twice': 'the same words were quoted for other points already, so they count no further',
  'not-trusted': 'this model is not believed on what it was tested with, so nothing changed',
};
