import { styleText } from 'node:util';
import type { Report } from '../core/contract/interview.ts';

const WIDTH = 100;
type Style = Parameters<typeof styleText>[0];
const paint = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout });

/** Prints one thing somebody said, wrapped and marked by who says it. */
export function say(who: 'interviewer' | 'you' | 'coach' | 'heading' | 'quiet', text: string): void {
  const lead = { interviewer: 'Interviewer  ', you: 'You          ', coach: 'Coach        ', heading: '', quiet: '' }[who];
  const style: Style = ({ interviewer: 'cyan', you: 'reset', coach: 'green', heading: 'bold', quiet: 'dim' } as const)[who];
  if (who === 'quiet') return console.log(paint(style, text));
  const lines = wrap(text.replace(/\s+/g, ' ').trim(), WIDTH - lead.length);
  console.log();
  lines.forEach((line, index) => console.log((index === 0 ? paint('bold', lead) : ' '.repeat(lead.length)) + paint(style, line)));
}

/** Prints a report as a page of text. */
export function printReport(report: Report): void {
  console.log(`\n${paint('bold', 'Report')}  ${report.title} · ${report.answered} answered, ${report.skipped} skipped`);
  console.log(report.score === null ? report.reason ?? '' : `\n  ${paint('bold', `${report.score} of 100`)}  ${meter(report.score)}  likely ${report.low} to ${report.high}`);
  for (const line of wrap(report.summary, WIDTH - 2)) console.log(`  ${line}`);
  if (report.competencies.length > 0) console.log(`\n${paint('bold', 'Competencies')}`);
  for (const entry of report.competencies) console.log(`  ${entry.competency.replaceAll('-', ' ').padEnd(26)}${meter(entry.score)} ${String(entry.score).padStart(3)}  (${entry.low} to ${entry.high})`);
  for (const question of report.questions) {
    console.log(`\n${paint('bold', `${question.index + 1}. ${question.title}`)}  ${question.grade?.score === undefined || question.grade.score === null ? question.state : `${Math.round(question.grade.score * 100)} of 100`}`);
    for (const point of question.grade?.points ?? []) {
      const mark = { met: paint('green', '✓'), partly: paint('yellow', '~'), missing: paint('red', '·'), 'not-assessable': '?' }[point.verdict];
      console.log(`  ${mark} ${point.shows}`);
      const quote = point.evidence[0]?.text ?? (point.verdict === 'met' ? undefined : question.tips[point.pointId]);
      if (quote) for (const line of wrap(point.evidence[0] ? `“${quote.replace(/\s+/g, ' ')}”` : quote, WIDTH - 6)) console.log(paint('dim', `      ${line}`));
    }
    for (const finding of question.grade?.findings ?? []) console.log(paint('yellow', `  ! ${finding.why}`));
  }
  if (report.nextSteps.length > 0) console.log(`\n${paint('bold', 'Next')}`);
  for (const step of report.nextSteps) { console.log(`  ${step.title}`); for (const line of wrap(step.reason, WIDTH - 6)) console.log(paint('dim', `      ${line}`)); }
  console.log(paint('dim', `\nScored by the built-in coach (${report.madeBy.version}) on this machine.`));
}

const meter = (score: number): string => `${'█'.repeat(Math.round(score / 5))}${'░'.repeat(20 - Math.round(score / 5))}`;

function wrap(text: string, width: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1] ?? '';
    if (last !== '' && last.length + word.length + 1 > width) lines.push(word); else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
