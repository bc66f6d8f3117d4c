/** Who stands behind the texts so far, by login and host, where the file asks for more than one person. */
export interface Approvers {
  /** As in the file's `approval`: 1 asks for nobody in particular. */
  people: number;
  /** Who put the words there: started the incident, or amended them last; null: a version that did not note it. */
  starter: string | null;
  /** The words were amended since the start. */
  amended?: boolean;
  /** Who has approved. */
  approvers: string[];
}

/** Why this login's approval does not count; null: it does. */
export function refuseApprover(
  login: string | null,
  { people, starter, amended, approvers }: Approvers,
): string | null {
  if (people <= 1) return null;
  const asks = `this file asks for ${people} people`;
  if (login === null)
    return `An approval did not count: Temporal does not say who sent it, and ${asks}. Approve by npm run cli -- approve.`;
  if (login === starter)
    return `An approval did not count: ${login} ${amended ? 'amended the texts' : 'started the incident'}, and ${asks}. Somebody else must approve, by another login.`;
  if (approvers.includes(login))
    return `An approval did not count: ${login} has approved already, and ${asks}. Somebody else must approve, by another login.`;
  return null;
}

/** How many approvals are missing. */
export function approvalsLeft({ people, approvers }: Approvers): number {
  return Math.max(1, people - 1) - approvers.length;
}

/** In words; null: nothing that one approval would not bring. */
export function approvalsLeftWords(standing: Approvers): string | null {
  const { people, starter, amended, approvers } = standing;
  const left = approvalsLeft(standing);
  if (people <= 1 || left <= 0) return null;
  const known = [
    ...(starter === null ? [] : [`${starter}, who ${amended ? 'amended' : 'started'} it`]),
    ...approvers.map((name) => `${name}, who has approved`),
  ];
  return `${left === 1 ? '1 person' : `${left} people`} must approve, by another login than ${known.join(', and ') || 'the starter'}.`;
}
