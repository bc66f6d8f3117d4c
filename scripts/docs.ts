import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../src/operator/parts/this-machine';
import { GENERATED } from './docs/pages';

/** `npm run docs`: writes the pages of docs/ that are made from the code. Of each there is a test that says when it is out of date. */
for (const [name, text] of Object.entries(GENERATED)) {
  writeFileSync(join(projectFolder, 'docs', name), text());
  console.log(`docs/${name}`);
}
