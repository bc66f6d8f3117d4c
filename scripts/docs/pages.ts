import { incidentFilePage } from './incident-file-page';
import { incidentJsonSchema } from './json-schema';
import { verbsPage } from './verbs-page';

/** What `npm run docs` writes into docs/, and test/docs holds against it: by name, each from the code that it describes. */
export const GENERATED: Record<string, () => string> = {
  'incident-file.md': incidentFilePage,
  'incident.schema.json': incidentJsonSchema,
  'verbs.md': verbsPage,
};
