import { PLACE_TABLE } from './place-table';
import { PLACE_TOTALS } from './place-totals';
import { type Block, described } from './readme-words';

const ASK = 'NOT IN THIS FOLDER: ask the company';

/** Where stands what a regulator's form asks, and what of it nobody here can know (I7). */
export const FORM: Block[] = [
  'WHAT A FORM ASKS, AND WHERE IT STANDS',
  described([
    ['what happened, and when', 'incident.txt, as the company states it'],
    ['which data', 'incident.txt: what the thief may have seen, and what not'],
    [
      'how many are affected',
      `above, and by place in ${PLACE_TOTALS}. These are accounts: a person may have several, and who has no account is in no number`,
    ],
    ['how many in our country or state', `${PLACE_TOTALS}, by the places of today`],
    ['when they were told', `incident.txt; by place ${PLACE_TOTALS}; by law above`],
    ['by what means', 'by e-mail, and by no other means that this program knows of'],
    [
      'a copy of the notice',
      `the folder notices; ${PLACE_TABLE} says who got which. One for each language, law and state of the password`,
    ],
    ['who was not reached, and why', `${PLACE_TABLE}, the columns outcome and why`],
    ['likely consequences', 'incident.txt, where a text under GDPR article 34 was written; else ask'],
    [
      'measures taken',
      'incident.txt in the words of the notice; proof.txt and verification.txt for what was done',
    ],
    ['contact point', 'incident.txt, and in the notices'],
    [
      'delay for law enforcement',
      'incident.txt: Police asked to wait. With a reason, in the record of the company',
    ],
    ['when the company found out', ASK],
    ['why it was not told sooner', ASK],
    ['number of records, apart from accounts', ASK],
    ['how the thief got in', `${ASK}, as far as the notice does not say`],
    ['identity theft services offered', 'only what the notices say; else ask'],
    ['letters, calls, press, credit bureaus', `${ASK}. Of a public page incident.txt has the address only`],
  ]),
];
