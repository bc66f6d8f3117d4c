import type { Incident } from '../../src/incident/incident-schema';
import { compileNotices, type NoticeSet } from '../../src/notice/compile-notice';
import { openNotice, renderNotice } from '../../src/notice/render-notice';
import { previewVariants } from '../../src/operator/preview/preview-variants';
import { wholeIncident } from '../incident/example-incident';

let incident: Incident;
let notices: NoticeSet;
beforeAll(async () => {
  incident = wholeIncident();
  notices = await compileNotices(incident);
});

test('every variant is under 60 kB as sent, its subject fits a phone, and the English can be read at grade 8', () => {
  const variants = previewVariants(incident, notices);
  expect(variants).toHaveLength(66);
  for (const { key, bytes, subject, reading } of variants) {
    expect([key, bytes < 60_000]).toEqual([key, true]);
    expect([key, [...subject].length <= 70]).toEqual([key, true]);
    if (reading !== null) expect([key, reading.grade <= 8]).toEqual([key, true]);
  }
  expect(variants.filter(({ reading }) => reading !== null)).toHaveLength(13);
});

test('every variant says that it is automatic, asks for nothing, tracks nobody and links only home', () => {
  for (const notice of notices.variants.values()) {
    const message = renderNotice(notice, {
      name: 'Ann',
      address: 'ann@x.test',
      messageId: 'm@zappos.test',
      date: 0,
    });
    const { headers, html } = openNotice(message);
    expect(headers).toContain('Auto-Submitted: auto-generated');
    expect(
      headers.filter((line) =>
        /^(List-|Precedence|X-Mailer|Disposition-Notification|Return-Receipt)/i.test(line),
      ),
    ).toEqual([]);
    expect(headers.find((line) => line.startsWith('Content-Type:'))).toContain('multipart/alternative');
    const hosts = [...html.matchAll(/https?:\/\/([^/"<\s?]+)/g)].map(([, host]) => host);
    const foreign = hosts.filter((host) => !/(^|\.)zappos\.test$/.test(host!) && host !== 'www.w3.org');
    expect(foreign).toEqual([]);
    expect(html).not.toMatch(/<img|<script|@import|url\(/i);
    expect(html).toMatch(new RegExp(`<html lang="${notice.language}"`));
  }
});

test('every language tells the same facts: as many things taken, not taken, and steps', () => {
  const shapeOf = ({ whatInformation, whatYouCanDo }: Incident['texts'][string]) => ({
    taken: whatInformation.affected.length,
    notTaken: whatInformation.notAffected.length,
    steps: [whatYouCanDo.expired, whatYouCanDo.changedSince, whatYouCanDo.noPassword].map(
      ({ steps }) => steps.length,
    ),
  });
  const english = shapeOf(incident.texts.en!);
  for (const [language, texts] of Object.entries(incident.texts))
    expect([language, shapeOf(texts)]).toEqual([language, english]);
});
