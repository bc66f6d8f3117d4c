import { DISPOSITIONS } from '../../src/incident/vocabulary';
import { compileNotices } from '../../src/notice/compile-notice';
import { openNotice, renderNotice } from '../../src/notice/render-notice';
import { wholeIncident } from '../incident/example-incident';

// General Laws 93H section 3(b): not the nature of the breach; but a police report, a free freeze and how to ask for it.
test('the Massachusetts notice tells the rights and not the breach, in both parts, the subject and the words beside it', async () => {
  const incident = wholeIncident();
  const { variants } = await compileNotices(incident);
  const customer = { name: 'Ann', address: 'ann@x.test', messageId: 'x@zappos.test', date: 0 };
  for (const disposition of DISPOSITIONS) {
    const notice = variants.get(`en/massachusetts/${disposition}`)!;
    const { headers, text, html } = openNotice(renderNotice(notice, customer));
    const all = `${headers.join('\n')} ${text} ${html}`.replace(/\s+/g, ' ');
    for (const nature of [
      /broke in/i,
      /Kentucky/,
      /intru/i,
      /stole/i,
      /may have read/i,
      /What happened/i,
      /thief may/i,
    ])
      expect(all).not.toMatch(nature);
    for (const right of [
      'police report',
      'freeze',
      'costs nothing',
      'Equifax, Experian and TransUnion',
      'Social Security number',
    ])
      expect(all).toContain(right);
  }
});
