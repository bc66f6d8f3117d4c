import type { Incident } from '../../src/incident/incident-schema';
import { compileNotices, type NoticeSet } from '../../src/notice/compile-notice';
import { messageId } from '../../src/notice/message-headers';
import { openNotice, renderNotice } from '../../src/notice/render-notice';
import { wholeIncident } from '../incident/example-incident';

let incident: Incident;
let notices: NoticeSet;
beforeAll(async () => {
  incident = wholeIncident();
  notices = await compileNotices(incident);
});

const customer = { name: 'Ann', address: 'ann@x.test', date: 0 };
const opened = (key: string) =>
  openNotice(renderNotice(notices.variants.get(key)!, { ...customer, messageId: 'x@zappos.test' }));
const header = (key: string, name: string) =>
  opened(key).headers.filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
const paragraphs = (key: string) =>
  opened(key)
    .text.split(/\n\n+/)
    .filter((sentence) => sentence.trim() !== '');

// Mail programs fold away what they take for the same message again (C27).
test('a reminder is no repetition: another subject, another beginning, no thread with the notice (C27)', () => {
  for (const language of Object.keys(incident.texts)) {
    const [reminder, notice] = [`${language}/reminder`, `${language}/default/expired`];
    expect(header(reminder, 'Subject')).not.toEqual(header(notice, 'Subject'));
    for (const name of ['In-Reply-To', 'References', 'Thread-Index'])
      expect(header(reminder, name)).toEqual([]);
    // After the company's name and the greeting, which are the same.
    const [, title, , first] = paragraphs(reminder);
    expect(paragraphs(notice)).not.toContain(title);
    expect(paragraphs(notice)).not.toContain(first);
  }
});

test('a reminder describes the breach in no language, so it may go to Massachusetts as well', () => {
  for (const [language, texts] of Object.entries(incident.texts)) {
    const reminderText = opened(`${language}/reminder`).text.replace(/\s+/g, ' ');
    const told = texts.whatHappened.text.replace(/\s+/g, ' ').split(/(?<=[.。])\s*/);
    for (const sentence of told.filter((sentence) => sentence.length > 5))
      expect(reminderText).not.toContain(sentence);
    expect(reminderText).toContain(incident.links.choosePassword);
  }
});

test("the same customer's reminder has a Message-ID of its own, which says its wave", () => {
  const key = Buffer.alloc(32, 1);
  const recipient = { incident: incident.id, customerId: '7', role: 'primary' };
  const notice = messageId(key, { ...recipient, wave: 'notice' }, 'zappos.test');
  const reminder = messageId(key, { ...recipient, wave: 'reminder' }, 'zappos.test');
  expect(notice).toMatch(/^[0-9a-f]{40}@zappos\.test$/);
  expect(reminder).toMatch(/^r[0-9a-f]{40}@zappos\.test$/);
  expect(reminder.slice(1)).not.toBe(notice);
});
