/** The one workflow of an incident. Handles are made without a run id: a pinned old run answers nothing. */
export function workflowIdOf(incidentId: string): string {
  return `breach-response/${incidentId}`;
}
