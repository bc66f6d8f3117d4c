/** Whom previews, tests and the canary's mailboxes greet: no customer's data goes where others read. */
export const MADE_UP_NAME = 'Ann Example';
