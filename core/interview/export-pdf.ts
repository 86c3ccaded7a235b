import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import type { QuestionReport, Report } from '../contract/interview.ts';
import { overallLines, readingWords } from './export-second.ts';

const MARGIN = 56;
const COLOUR = { text: '#17171f', soft: '#4a4a5a', quiet: '#656577', accent: '#5a35d6', good: '#0a6844', warn: '#855000', line: '#d0d0dc', tint: '#f3f1fe' };
const VERDICT = { met: ['Earned', COLOUR.good], partly: ['Partly', COLOUR.warn], missing: ['Missing', COLOUR.quiet], 'not-assessable': ['Open', COLOUR.quiet] } as const;

type Pdf = InstanceType<typeof PDFDocument>;

/** A report as an A4 PDF with embedded DejaVu fonts, so that answers in most scripts survive. Tagged with title and language. */
export async function exportPdf(report: Report): Promise<Uint8Array> {
  const fonts = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');
  const pdf = new PDFDocument({ size: 'A4', margin: MARGIN, bufferPages: true, lang: 'en', displayTitle: true, info: { Title: report.title, Producer: 'Role Accel', CreationDate: new Date(report.endedAt) } });
  pdf.registerFont('text', join(fonts, 'DejaVuSans.ttf'));
  pdf.registerFont('strong', join(fonts, 'DejaVuSans-Bold.ttf'));
  const chunks: Uint8Array[] = [];
  pdf.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  const done = new Promise<Uint8Array>((resolve, reject) => { pdf.on('end', () => resolve(Buffer.concat(chunks))); pdf.on('error', reject); });

  writeHead(pdf, report);
  for (const question of report.questions) {
    writeQuestion(pdf, question);
    await setImmediate(); // a long report must not hold up somebody's answer
  }
  writeFooters(pdf, report);
  pdf.end();
  return done;
}

function writeHead(pdf: Pdf, report: Report): void {
  line(pdf, report.title, { font: 'strong', size: 20 });
  line(pdf, `${report.startedAt.slice(0, 10)} · ${report.kind} · ${report.pressure} · ${report.mode} mode · ${report.answered} answered, ${report.skipped} skipped · ${Math.round(report.activeMs / 60_000)} min`, { colour: COLOUR.quiet, size: 9 });
  pdf.moveDown(0.8);
  if (report.score !== null) {
    const { y } = pdf;
    pdf.font('strong').fontSize(32).fillColor(COLOUR.text).text(String(report.score), MARGIN, y, { lineBreak: false });
    const beside = MARGIN + pdf.widthOfString(String(report.score)) + 8;
    pdf.font('text').fontSize(10).fillColor(COLOUR.quiet).text(`of 100, likely ${report.low} to ${report.high}`, beside, y + 20, { lineBreak: false });
    pdf.x = MARGIN;
    pdf.y = y + 46;
  }
  line(pdf, report.summary, { size: 11 });
  if (report.earlier) line(pdf, report.earlier.words, { colour: COLOUR.soft });
  if (report.competencies.length > 0) {
    heading(pdf, 'Competencies');
    for (const entry of report.competencies) bar(pdf, entry.competency.replaceAll('-', ' '), entry.score);
  }
  if (report.nextSteps.length > 0) {
    heading(pdf, 'Next');
    for (const step of report.nextSteps) { line(pdf, step.title, { font: 'strong' }); line(pdf, step.reason, { colour: COLOUR.soft, indent: 12 }); }
  }
  const second = overallLines(report);
  if (second.length > 0) {
    heading(pdf, 'Second reader');
    for (const text of second) line(pdf, text);
  }
}

function writeQuestion(pdf: Pdf, question: QuestionReport): void {
  heading(pdf, `${question.index + 1}. ${question.title}`);
  line(pdf, question.question, { font: 'strong' });
  if (question.state !== 'answered') return line(pdf, question.state === 'skipped' ? 'Skipped.' : 'Not reached.', { colour: COLOUR.quiet });
  for (const part of question.parts) {
    if (part.followUpOf !== null) line(pdf, part.asked, { colour: COLOUR.accent, size: 9 });
    line(pdf, part.text, { indent: 12 });
  }
  const { grade } = question;
  if (!grade) return;
  pdf.moveDown(0.3);
  line(pdf, grade.score === null ? grade.reason ?? 'Not enough to judge.' : `Score ${Math.round(grade.score * 100)} of 100`, { font: 'strong', colour: COLOUR.accent });
  for (const point of grade.points) {
    const [word, colour] = VERDICT[point.verdict];
    line(pdf, `${word}: ${point.shows}`, { colour, size: 9 });
    const quote = point.evidence[0]?.text;
    if (quote) line(pdf, `“${quote}”`, { colour: COLOUR.soft, size: 9, indent: 12 });
    else if (question.tips[point.pointId]) line(pdf, question.tips[point.pointId] ?? '', { colour: COLOUR.soft, size: 9, indent: 12 });
  }
  for (const finding of grade.findings) line(pdf, finding.why, { colour: COLOUR.warn, size: 9 });
  writeSecond(pdf, question);
  pdf.moveDown(0.3);
  line(pdf, 'A strong answer', { font: 'strong', size: 9, colour: COLOUR.quiet });
  line(pdf, question.modelAnswer, { size: 9, colour: COLOUR.soft });
}

/** What a model made of the same answer, after everything of the coach's. */
function writeSecond(pdf: Pdf, { grade, second }: QuestionReport): void {
  const words = grade && second?.reading ? readingWords(grade, second.reading) : undefined;
  if (!words) return;
  pdf.moveDown(0.3);
  line(pdf, words.title, { font: 'strong', colour: COLOUR.accent });
  line(pdf, words.scores, { size: 9 });
  for (const { text, notes } of words.points) {
    line(pdf, text, { size: 9 });
    if (notes.length > 0) line(pdf, notes.join(' '), { colour: COLOUR.soft, size: 9, indent: 12 });
  }
  line(pdf, words.stamp, { colour: COLOUR.quiet, size: 8 });
}

function heading(pdf: Pdf, text: string): void {
  if (pdf.y > pdf.page.height - MARGIN - 96) pdf.addPage();
  pdf.moveDown(1);
  const { x, y, page } = pdf;
  pdf.moveTo(x, y).lineTo(page.width - MARGIN, y).lineWidth(0.5).strokeColor(COLOUR.line).stroke();
  pdf.moveDown(0.5);
  line(pdf, text, { font: 'strong', size: 13 });
}

function bar(pdf: Pdf, label: string, score: number): void {
  if (pdf.y > pdf.page.height - MARGIN - 24) pdf.addPage();
  const { y } = pdf;
  pdf.font('text').fontSize(10).fillColor(COLOUR.text).text(label, MARGIN, y, { width: 170, lineBreak: false });
  pdf.roundedRect(MARGIN + 180, y + 3, 220, 6, 3).fill(COLOUR.tint);
  if (score > 0) pdf.roundedRect(MARGIN + 180, y + 3, 2.2 * score, 6, 3).fill(COLOUR.accent);
  pdf.fillColor(COLOUR.text).text(String(score), MARGIN + 410, y, { width: 40, lineBreak: false });
  pdf.x = MARGIN;
  pdf.y = y + 18;
}

function line(pdf: Pdf, text: string, options: { font?: 'text' | 'strong'; size?: number; colour?: string; indent?: number } = {}): void {
  const indent = options.indent ?? 0;
  pdf.font(options.font ?? 'text').fontSize(options.size ?? 10).fillColor(options.colour ?? COLOUR.text)
    .text(text, MARGIN + indent, pdf.y, { width: pdf.page.width - 2 * MARGIN - indent, lineGap: 2, paragraphGap: 3 });
  pdf.x = MARGIN;
}

function writeFooters(pdf: Pdf, report: Report): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let index = start; index < start + count; index++) {
    pdf.switchToPage(index);
    // Below the bottom margin: without room there pdfkit would add a page for each footer.
    pdf.page.margins.bottom = 0;
    pdf.font('text').fontSize(8).fillColor(COLOUR.quiet).text(`Role Accel · scored by the built-in coach (${report.madeBy.version}) · ${index + 1} of ${count}`, MARGIN, pdf.page.height - 36, { width: pdf.page.width - 2 * MARGIN, align: 'center', lineBreak: false });
  }
}
