// A task from a model version and examples to lines and report. The report is computed from the lines, so whoever has
// the file has the report.
import { z } from 'zod';
import type { TaskName, TaskReport } from '../../../shared/domain/task.ts';
import type { EvaluateOptions } from '../measure.ts';
import { classificationLines, classificationReport } from './classification.ts';
import { classificationLine, proposalsLine, retrievalLine, vqaLine, type Line } from './lines.ts';
import { proposalsLines, proposalsReport } from './proposals.ts';
import { retrievalLines, retrievalReport } from './retrieval.ts';
import { vqaLines, vqaReport } from './vqa.ts';

export function linesOf(task: TaskName, o: EvaluateOptions): Promise<Line[]> {
  switch (task) {
    case 'retrieval': return retrievalLines(o);
    case 'classification': return classificationLines(o);
    case 'proposals': return proposalsLines(o);
    case 'vqa': return vqaLines(o);
  }
}

/** The report of a predictions file's lines; they are checked, for they may come from anywhere. */
export function reportOf(task: TaskName, lines: readonly unknown[]): TaskReport {
  switch (task) {
    case 'retrieval': return retrievalReport(z.array(retrievalLine).parse(lines));
    case 'classification': return classificationReport(z.array(classificationLine).parse(lines));
    case 'proposals': return proposalsReport(z.array(proposalsLine).parse(lines));
    case 'vqa': return vqaReport(z.array(vqaLine).parse(lines));
  }
}
