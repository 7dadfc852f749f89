// Writes the JSON Schemas in docs/schemas from the schemas that the code itself checks with. A test holds them against it.
import { mkdirSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { resultSchema } from '../src/report/result.ts';
import { settingsSchema } from '../src/settings.ts';

const SCHEMAS = {
  'review.schema.json': { title: 'review.json of Nectr', schema: resultSchema },
  'nectr.schema.json': { title: 'Settings of Nectr, .github/nectr.yml', schema: settingsSchema },
};

mkdirSync('docs/schemas', { recursive: true });
for (const [name, { title, schema }] of Object.entries(SCHEMAS)) {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  writeFileSync(`docs/schemas/${name}`, `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`);
}
