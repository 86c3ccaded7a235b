/** What the person wrote: the main answer first, then the answers to follow-ups. */
export interface AnswerPart { text: string }
/** A quoted stretch; `start` and `end` are UTF-16 offsets into that part's text. */
export interface Span { part: number; start: number; end: number; text: string }
export type Verdict = 'met' | 'partly' | 'missing' | 'not-assessable';

export interface PointGrade {
  pointId: string;
  shows: string;
  weight: number;
  verdict: Verdict;
  /** Share of the point's weight that is earned, 0..1. */
  credit: number;
  evidence: Span[];
  /** Where the answer says the opposite, and why the coach thinks so. */
  contradicted?: { span: Span; why: string };
}

export type FindingKind = 'red-flag' | 'contradiction' | 'question-repeated' | 'keyword-stuffing' | 'aimed-at-grader' | 'off-topic';
export interface Finding { kind: FindingKind; span: Span | null; why: string }

/** `share` is the share of the answer's words, 0..1. */
export interface StarPart { share: number; strength: 'full' | 'weak' | 'none'; spans: Span[] }
/** How much of a told story is situation, task, action and result. */
export interface StarCoverage { situation: StarPart; task: StarPart; action: StarPart; result: StarPart }

/** How an answer is said, apart from what it says. */
export interface Delivery {
  words: number;
  sentences: number;
  meanSentenceWords: number;
  fillers: Span[];
  hedges: Span[];
  numbers: Span[];
  iCount: number;
  weCount: number;
}

export interface Grade {
  grader: 'coach';
  graderVersion: string;
  /** Content hash of the rubric. */
  rubricVersion: string;
  enough: boolean;
  /** Why there is not enough to judge; also says so when only the beginning of a very long answer was graded. */
  reason?: string;
  /** 0..1, computed from the checklist, its weights and the findings; null when there is not enough to judge. */
  score: number | null;
  /** Where the score may lie, given how uncertain each point is and how short the answer. */
  range: { low: number; high: number } | null;
  points: PointGrade[];
  findings: Finding[];
  /** Behavioural questions only. */
  star: StarCoverage | null;
  delivery: Delivery;
}
