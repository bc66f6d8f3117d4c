import { spawnSync } from 'node:child_process';
import { cleanName, greetingName } from '../../src/incident/greeting-name';
import type { Incident } from '../../src/incident/incident-schema';
import { type CompiledNotice, compileNotices, type NoticeSet } from '../../src/notice/compile-notice';
import { renderNotice } from '../../src/notice/render-notice';
import { classifyCustomers } from '../../src/operator/classify-customers';
import { wholeIncident } from '../incident/example-incident';
import { hostileNames } from './hostile-names';
import { type JudgedMessage, judgeWithPython, MARK } from './python-judge';

/** Every name in every variant: 69,000 messages. Else each variant gets a thirteenth of the names, another one each. */
const EVERYTHING = process.env.EVERY_NAME_IN_EVERY_VARIANT === '1';
const STEP = EVERYTHING ? 1 : 13;
const NAMES = [...new Set(hostileNames(2012, 1_200))];

let incident: Incident;
let notices: NoticeSet;
beforeAll(async () => {
  incident = wholeIncident();
  notices = await compileNotices(incident);
});

const base = { address: 'customer-1.x@mail.test', messageId: 'm@zappos.test', date: 0 };
const named = (notice: CompiledNotice, name: string | null) => renderNotice(notice, { ...base, name });

function* everyMessage(tell: (name: string, notice: CompiledNotice) => void): Generator<JudgedMessage> {
  for (const [index, notice] of [...notices.variants.values()].entries()) {
    const [marked, neutral] = [named(notice, MARK), named(notice, null)];
    for (let i = index % STEP; i < NAMES.length; i += STEP) {
      const greeting = greetingName(NAMES[i]!);
      const shown = 'name' in greeting ? greeting.name : null;
      tell(NAMES[i]!, notice);
      yield { message: named(notice, shown), shown, beside: shown === null ? neutral : marked };
    }
  }
}

const withPython = spawnSync('python3', ['--version']).error ? test.skip : test;

withPython(
  `${NAMES.length} hostile names come back by Python's reader as the name alone or as the neutral greeting, in every variant (C10-C12, C21-C23)`,
  async () => {
    expect(NAMES.length).toBeGreaterThanOrEqual(1_000);
    const sent: string[] = [];
    const { read, wrong } = await judgeWithPython(
      everyMessage((name, { key }) => sent.push(`${key} ${JSON.stringify(name.slice(0, 60))}`)),
    );
    expect(wrong.slice(0, 5).map(([number, fault]) => `${sent[number]}: ${fault}`)).toEqual([]);
    expect(read).toBe(sent.length);
    expect(new Set(sent.map((entry) => entry.split(' ')[0])).size).toBe(notices.variants.size);
  },
);

// Also without the greeting's rule: should it ever let something through, the message still holds.
withPython('names that no greeting lets through would still be only a name', async () => {
  const notice = notices.variants.get('ar/gdpr/expired')!;
  const sound = [...new Set(NAMES.map(cleanName))].filter((name) => name !== '');
  expect(sound.length).toBeGreaterThan(300);
  const beside = named(notice, MARK);
  const { wrong } = await judgeWithPython(
    sound.map((name) => ({ message: named(notice, name), shown: name, beside })),
  );
  expect(wrong.slice(0, 5).map(([number, fault]) => `${JSON.stringify(sound[number])}: ${fault}`)).toEqual(
    [],
  );
});

test('each is counted in the dry run, by name or by why not', () => {
  const classifier = classifyCustomers(incident, true, () => true);
  classifier.add(
    NAMES.map((name, i) => {
      const place = { language: null, country: null, region: null };
      return { id: String(i), email: 'a@x.test', name, ...place, disposition: 'expired' as const };
    }),
  );
  const { byName, neutral, told } = classifier.result;
  const greetings = NAMES.map(greetingName);
  expect(byName).toBe(greetings.filter((greeting) => 'name' in greeting).length);
  expect(Object.values(neutral).reduce((sum, count) => sum + count, byName)).toBe(told);
  for (const [reason, count] of Object.entries(neutral))
    expect(greetings.filter((greeting) => 'neutral' in greeting && greeting.neutral === reason)).toHaveLength(
      count,
    );
  expect(Object.keys(neutral).length).toBeGreaterThan(5);
});
