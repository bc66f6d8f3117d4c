/** A history as it is kept: what `historyToJSON` makes. */
export interface SavedHistory {
  events: SavedEvent[];
}

interface Payloads {
  payloads?: { data?: string }[];
}

interface SavedEvent {
  eventType: string;
  workflowExecutionStartedEventAttributes?: { input?: Payloads };
  markerRecordedEventAttributes?: { markerName: string; details?: Record<string, Payloads> };
  activityTaskScheduledEventAttributes?: { activityType: { name: string }; input?: Payloads };
  activityTaskCompletedEventAttributes?: { result?: Payloads };
  activityTaskStartedEventAttributes?: { attempt?: number };
  workflowExecutionSignaledEventAttributes?: { signalName: string };
  workflowExecutionUpdateAcceptedEventAttributes?: { acceptedRequest: { input: { name: string } } };
}

/** In which phase a run began that continues another; null: it continues none. */
export function carriedPhase({ events }: SavedHistory): string | null {
  const [input] = valuesOf(events[0]!.workflowExecutionStartedEventAttributes?.input);
  return (input as { carried?: { phase: string } }).carried?.phase ?? null;
}

/** What is in a history, each once: what a replay of it tries. */
export interface Content {
  events: string[];
  /** Ids of `patched`. */
  patches: string[];
  activities: string[];
  /** An attempt of an activity was not its first. */
  isRetried: boolean;
  /** Signals and updates. */
  words: string[];
  /** Kinds of the holds. */
  holds: string[];
  /** In the order in which they were first entered. */
  phases: string[];
}

/** What the activities of a history told. */
export function resultsOf({ events }: SavedHistory): unknown[] {
  return events.flatMap(({ activityTaskCompletedEventAttributes: completed }) => valuesOf(completed?.result));
}

export function contentOf({ events }: SavedHistory): Content {
  const each = (of: (event: SavedEvent) => string | undefined) => [
    ...new Set(events.map(of).filter((word) => word !== undefined)),
  ];
  return {
    events: each(({ eventType }) => eventType.replace('EVENT_TYPE_', '')),
    patches: each(({ markerRecordedEventAttributes: marker }) =>
      marker?.markerName === 'core_patch'
        ? (valuesOf(Object.values(marker.details ?? {})[0])[0] as { id: string }).id
        : undefined,
    ),
    activities: each((event) => event.activityTaskScheduledEventAttributes?.activityType.name),
    isRetried: events.some((event) => (event.activityTaskStartedEventAttributes?.attempt ?? 1) > 1),
    words: each(
      (event) =>
        event.workflowExecutionSignaledEventAttributes?.signalName ??
        event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest.input.name,
    ),
    holds: each(({ activityTaskScheduledEventAttributes: scheduled }) => {
      if (scheduled?.activityType.name !== 'recordHold') return undefined;
      const [input] = valuesOf(scheduled.input);
      return (input as { hold: { kind: string } | null }).hold?.kind;
    }),
    phases: each(({ activityTaskScheduledEventAttributes: scheduled }) =>
      scheduled?.activityType.name === 'enterPhase'
        ? (valuesOf(scheduled.input)[0] as { phase: string }).phase
        : undefined,
    ),
  };
}

function valuesOf(given: Payloads | undefined): unknown[] {
  const texts = (given?.payloads ?? []).map(({ data }) => Buffer.from(data ?? '', 'base64').toString());
  return texts.filter((text) => text !== '').map((text) => JSON.parse(text));
}
