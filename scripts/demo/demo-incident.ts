import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { projectFolder } from '../../src/operator/parts/this-machine';

/** As fast as the machine can: the relay is ours. */
const PER_SECOND = 1_000_000;

/**
 * The demo's incident file: the example, with its comments, at full pace. Its canary holds, so that the demo has something to
 * resume; its reminder is due at once.
 */
export function demoIncident(): string {
  const document = parseDocument(
    readFileSync(join(projectFolder, 'examples', 'zappos-2012', 'incident.yaml'), 'utf8'),
  );
  document.commentBefore =
    ' The demo wrote this: examples/zappos-2012/incident.yaml with pace.perSecond raised and no wait for the reminder.';
  document.setIn(['pace', 'perSecond'], PER_SECOND);
  document.setIn(['canary', 'afterwards'], 'hold');
  document.setIn(['reminder', 'afterDays'], 0);
  return document.toString({ lineWidth: 120 });
}
