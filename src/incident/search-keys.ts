/** What runs are listed and searched by in the Web UI. Set only where the server knows them all. */
export const SEARCH_KEYS = {
  incident: { name: 'BreachIncident', type: 'KEYWORD' },
  phase: { name: 'BreachPhase', type: 'KEYWORD' },
  hold: { name: 'BreachHold', type: 'KEYWORD' },
  percent: { name: 'BreachPercent', type: 'INT' },
} as const;
