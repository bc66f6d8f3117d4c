import { WHOLE_EXAMPLE } from './example-incident';

const DATABASE = WHOLE_EXAMPLE.slice(WHOLE_EXAMPLE.indexOf('\ndatabase:') + 1);
const HEAD: Record<string, string> = {
  'id: ???': 'id: harbour-2026',
  'title: ???': 'title: Customer table read, May 2026',
  'cutoff: ???': 'cutoff: 2026-05-03T00:00:00Z',
  'from:\n  name: ???': 'from:\n  name: Harbour Shop',
  'address: ???': 'address: care@harbour.shop',
  'replyTo: ???': 'replyTo: care@harbour.shop',
  'choosePassword: ???': 'choosePassword: https://harbour.shop/new',
  'page: ???': 'page: https://harbour.shop/notice',
  'breach: ???': 'breach: 2026-05-03',
  'notice: ???': 'notice: 2026-05-04',
  'name: ???': 'name: Data Office',
  '- ???\n  customers': '- check@harbour.shop\n  customers',
  'database: ???\n': DATABASE,
};

/** What an operator does: answers, one after the other, and translates what is to be translated. */
export function filled(draft: string, head: Record<string, string> = HEAD): string {
  const answered = Object.entries(head).reduce(
    (text, [open, answer]) => text.replaceAll(open, answer),
    draft,
  );
  return answered
    .replace(/type \?\?\? |tippen Sie \?\?\? /g, 'open harbour.shop ')
    .replace(/\?\?\? ?/g, 'In May ');
}
