import type { Scene } from './scene';
import { SCENES_OF_FILE } from './scenes-of-file';
import { SCENES_OF_RELAY } from './scenes-of-relay';
import { SCENES_OF_RUN } from './scenes-of-run';

/** In the order in which a night brings them. */
const ORDER = [
  'wrong-file',
  'amend',
  'pause',
  'breaker',
  'poison',
  'receiver',
  'dead-worker',
  'in-doubt',
  'temporal',
  'reset',
];

const ALL = [...SCENES_OF_FILE, ...SCENES_OF_RELAY, ...SCENES_OF_RUN];

export const SCENES: readonly Scene[] = ORDER.map((name) => ALL.find((scene) => scene.name === name)!);
