import { writeFileSync } from 'node:fs';
import { buildBundle, workflowsPath } from './workflow-bundle';

/** Its own process, since webpack takes 150 MB that a worker would keep. Argument: the file to write. */
buildBundle(workflowsPath).then(
  ({ code }) => writeFileSync(process.argv[2]!, code),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
