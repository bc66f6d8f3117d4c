import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../src/operator/parts/this-machine';
import { incidentFilePage } from './docs/incident-file-page';
import { incidentJsonSchema } from './docs/json-schema';
import { verbsPage } from './docs/verbs-page';

/** The files of docs/ that are made from the code, by name. Of each there is a test that says when it is out of date. */
export const GENERATED: Record<string, () => string> = {
  'incident-file.md': incidentFilePage,
  'incident.schema.json': incidentJsonSchema,
  'verbs.md': verbsPage,
};

/** `npm run docs` writes them. */
if (process.argv[1] === __filename) {
  for (const [name, text] of Object.entries(GENERATED)) {
    writeFileSync(join(projectFolder, 'docs', name), text());
    console.log(`docs/${name}`);
  }
}
