import type { QuestionReport, Report } from '../contract/interview.ts';
import { overallLines, readingWords } from './export-second.ts';

const VERDICT = { met: 'Earned', partly: 'Partly', missing: 'Missing', 'not-assessable': 'Not assessable' } as const;

/** The person's and the pack's words as Markdown text: what would be read as markup is escaped. */
const plain = (text: string): string => text.replace(/[\\`*_{}[\]<>#|]/g, (sign) => `\\${sign}`);
const quoted = (text: string): string => plain(text).split('\n').map((line) => `> ${line}`.trimEnd()).join('\n');

/** A report as Markdown that reads well as plain text too. */
export function exportMarkdown(report: Report): string {
  const score = report.score === null ? report.reason ?? '' : `**${report.score}** of 100 (likely ${report.low} to ${report.high})`;
  const lines = [
    `# ${plain(report.title)}`,
    '',
    `${report.startedAt.slice(0, 10)} · ${report.kind} · ${report.pressure} · ${report.mode} mode · ${report.answered} answered, ${report.skipped} skipped, ${report.notReached} not reached · ${Math.round(report.activeMs / 60_000)} min`,
    '', `Score: ${score}`, '', plain(report.summary),
    ...(report.earlier ? ['', report.earlier.words] : []),
    ...(report.competencies.length > 0 ? ['', '## Competencies', '', '| Competency | Score | Likely range |', '|---|---:|---|', ...report.competencies.map((entry) => `| ${entry.competency.replaceAll('-', ' ')} | ${entry.score} | ${entry.low} to ${entry.high} |`)] : []),
    ...(report.nextSteps.length > 0 ? ['', '## Next', '', ...report.nextSteps.map((step) => `- **${plain(step.title)}.** ${plain(step.reason)}`)] : []),
    ...overallLines(report).flatMap((line, index) => (index === 0 ? ['', '## Second reader', '', plain(line)] : ['', plain(line)])),
    ...report.questions.flatMap(questionLines),
    '', `Scored by the built-in coach (${report.madeBy.version}).`, '',
  ];
  return lines.join('\n');
}

function questionLines(question: QuestionReport): string[] {
  const { grade } = question;
  const head = ['', `## ${question.index + 1}. ${plain(question.title)}`, '', plain(question.question)];
  if (question.state !== 'answered') return [...head, '', question.state === 'skipped' ? 'Skipped.' : 'Not reached.'];
  const score = !grade ? '' : grade.score === null ? grade.reason ?? 'Not enough to judge.' : `Score ${Math.round(grade.score * 100)} of 100.`;
  return [
    ...head,
    ...question.parts.flatMap((part) => [...(part.followUpOf === null ? [] : ['', `*${plain(part.asked)}*`]), '', quoted(part.text)]),
    '', score, '',
    ...(grade?.points ?? []).map((point) => `- ${VERDICT[point.verdict]}: ${plain(point.shows)}${point.evidence[0] ? ` — “${plain(point.evidence[0].text)}”` : ''}${point.verdict !== 'met' && question.tips[point.pointId] ? ` ${plain(question.tips[point.pointId] ?? '')}` : ''}`),
    ...(grade?.findings ?? []).map((finding) => `- Note: ${plain(finding.why)}`),
    ...secondLines(question),
    '', '**A strong answer:**', '', plain(question.modelAnswer),
  ];
}

/** What a model made of the same answer, after everything of the coach's. */
function secondLines({ grade, second }: QuestionReport): string[] {
  const words = grade && second?.reading ? readingWords(grade, second.reading) : undefined;
  if (!words) return [];
  return ['', `**${plain(words.title)}**`, '', plain(words.scores), '', ...words.points.map(({ text, notes }) => `- ${plain([text, ...notes].join(' '))}`), '', `*${plain(words.stamp)}*`];
}
