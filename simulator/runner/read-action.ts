// action.yml of a folder → its inputs and its entry file, checked as strictly as a marketplace listing would be.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

const text = z.string().min(1);

const actionSchema = z.strictObject({
  name: text,
  description: text,
  author: text.optional(),
  branding: z.strictObject({ icon: text, color: text }).optional(),
  inputs: z.record(
    z.string(),
    z.strictObject({ description: text, required: z.boolean().optional(), default: z.string().optional() }),
  ),
  outputs: z.record(z.string(), z.strictObject({ description: text })),
  runs: z.strictObject({ using: z.literal('node24'), main: text }),
});

export type ActionMetadata = z.infer<typeof actionSchema> & { readonly mainFile: string };

export async function readAction(folder: string): Promise<ActionMetadata> {
  const metadata = actionSchema.parse(parse(await readFile(join(folder, 'action.yml'), 'utf8')));
  return { ...metadata, mainFile: join(folder, metadata.runs.main) };
}
