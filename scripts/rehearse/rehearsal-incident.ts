import { parseDocument } from 'yaml';
import { demoIncident } from '../demo/demo-incident';
import type { Scene } from './scene';

/** The id of its incident. */
export function incidentIdOf({ name }: Pick<Scene, 'name'>): string {
  return `rehearsal-${name}`;
}

/** Nobody waits for a canary, a reminder or a second attempt, but where the scene is about that. */
const SETTINGS = {
  'pace.perSecond': 200,
  canary: { mailboxes: [], customers: 0, afterwards: 'continue' },
  reminder: null,
  'retry.firstAfterSeconds': 5,
  'retry.forHours': 1,
  'relay.sessions': 2,
};

/** Two languages are enough to read at night. The title stays the example's: under another one its words stop the start. */
const LEFT_OUT = ['fr', 'de', 'ja', 'ar'];

/** The demo's incident file as this scene has it, its mistake included. */
export function rehearsalIncident(scene: Pick<Scene, 'name' | 'settings' | 'mistake'>): string {
  const document = parseDocument(demoIncident());
  document.commentBefore = ' A rehearsal wrote this: the example, made small.';
  document.setIn(['id'], incidentIdOf(scene));
  for (const language of LEFT_OUT) document.deleteIn(['texts', language]);
  for (const [path, value] of Object.entries({ ...SETTINGS, ...scene.settings }))
    document.setIn(path.split('.'), value);
  const text = document.toString({ lineWidth: 120 });
  if (scene.mistake === undefined) return text;
  const [right, wrong] = scene.mistake;
  if (!text.includes(right)) throw new Error(`The example says nowhere: ${right}`);
  return text.replace(right, wrong);
}
