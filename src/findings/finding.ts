// What Claude reports, as it must arrive: the schema of the tool's input and the type behind it.
import * as z from 'zod';

export const SEVERITIES = ['critical', 'major', 'minor', 'nit'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const CATEGORIES = ['correctness', 'security', 'performance', 'maintainability', 'testing'] as const;

export const findingSchema = z
  .strictObject({
    path: z.string().describe('Path of the file, exactly as the diff names it.'),
    side: z
      .enum(['RIGHT', 'LEFT'])
      .describe('RIGHT for a line of the new version (added or unchanged), LEFT for a deleted line.'),
    line: z.int().describe('Number of the first quoted line on that side.'),
    quote: z
      .string()
      .describe(
        'The code this is about, copied from the diff without line numbers: one to five whole lines.',
      ),
    severity: z
      .enum(SEVERITIES)
      .describe(
        'critical: data loss, a security hole or an outage. major: wrong behaviour. minor: real, small. nit: the rest.',
      ),
    category: z.enum(CATEGORIES),
    title: z.string().describe('The problem in at most twelve words.'),
    explanation: z
      .string()
      .describe('Why it is wrong, why it matters and what to do about it, in two to four sentences.'),
    scenario: z
      .string()
      .describe('A concrete input or sequence of events, and the wrong result it leads to.'),
    suggestion: z
      .string()
      .optional()
      .describe(
        'Only when it is sure and small: whole lines that replace exactly the quoted lines, with their indentation. RIGHT side only.',
      ),
  })
  .readonly();

/** The input of the `submit_findings` tool: the only way in which a review is answered. */
export const findingsSchema = z
  .strictObject({
    findings: z
      .array(findingSchema)
      .readonly()
      .describe('Every problem found; an empty list if there is none.'),
  })
  .readonly();

export type Finding = z.infer<typeof findingSchema>;

/** The lower, the worse. */
export function rankSeverity(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
