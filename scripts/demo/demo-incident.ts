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
  const example = readFileSync(join(projectFolder, 'examples', 'zappos-2012', 'incident.yaml'), 'utf8');
  const document = parseDocument(example.replace(SCHEMA_LINES, ''));
  document.commentBefore = [
    ` yaml-language-server: $schema=${join(projectFolder, 'docs', 'incident.schema.json')}`,
    ' The demo wrote this: examples/zappos-2012/incident.yaml with pace.perSecond raised and no wait for the reminder.',
  ].join('\n');
  document.setIn(['pace', 'perSecond'], PER_SECOND);
  document.setIn(['canary', 'afterwards'], 'hold');
  document.setIn(['reminder', 'afterDays'], 0);
  return document.toString({ lineWidth: 120 });
}

/** Where the example lies, the path is another. */
const SCHEMA_LINES = /^# yaml-language-server: .*\n# \(.*\)\n#\n/;
