import type { Report } from '../contract/interview.ts';
import { exportMarkdown } from './export-markdown.ts';

/** One way to write a report as a file. */
interface Exporter { extension: string; mediaType: string; write(report: Report): Promise<string | Uint8Array> }

/** Every export format; the contract's names lead here. */
const EXPORTERS = {
  markdown: { extension: 'md', mediaType: 'text/markdown', write: async (report) => exportMarkdown(report) },
  json: { extension: 'json', mediaType: 'application/json', write: async (report) => `${JSON.stringify({ format: 'role-accel-report', version: 1, report }, null, 2)}\n` },
  // The PDF writer and its fonts load only when somebody wants a PDF.
  pdf: { extension: 'pdf', mediaType: 'application/pdf', write: async (report) => (await import('./export-pdf.ts')).exportPdf(report) },
} satisfies Record<string, Exporter>;
export type ReportFormat = keyof typeof EXPORTERS;

export async function exportReport(report: Report, format: ReportFormat): Promise<File> {
  const exporter = EXPORTERS[format];
  const name = `${report.startedAt.slice(0, 10)} ${report.title.replace(/[^\p{L}\p{N} ,-]/gu, '')}.${exporter.extension}`;
  const content = await exporter.write(report);
  return new File([typeof content === 'string' ? content : Uint8Array.from(content)], name, { type: exporter.mediaType });
}
