import { cleanName, greetingName } from '../../src/incident/greeting-name';
import { hostileNames } from '../notice/hostile-names';

test.each([
  'Ann',
  "O'Hara",
  'O’Hara',
  'José',
  'Jose\u0301',
  'Zoë',
  'João',
  'Ångström',
  'MATÚŠ',
  'Čeněk',
  'OĞUZ',
  'Nguyễn Thị Ngọc Ánh',
  'Nguyê\u0303n',
  'Анна-Мария',
  'Ёлка',
  'Ελένη',
  '王小明',
  '山田　太郎',
  'ひろし',
  '김민준',
  'نور',
  'عبد الله',
  'محمّد',
  'می‌ترا',
  'נועה',
  'מֹשֶׁה',
  "צ'רלי",
  'श्रीनिवास',
  'ক্ষিতীশ',
  'สมชาย',
  'བཀྲ་ཤིས'.replaceAll('་', ' '),
  'ትግስት',
  'Mary Jane',
  'Jean-Luc',
  'J. R.',
  'J.R.R.',
  'J.-P.',
  'Dr. Ann',
  'Ann B.',
  'Martin Luther King Jr.',
  'María del Carmen de los Ángeles García López',
  'Smith, Jr.',
  'Ann & Bob',
  "D'Angelo-Smith",
  'N’Golo',
  'ʻOkina',
  'Gil·la',
  'X Æ',
  'John 3rd',
  'Louis ⅩⅣ',
  'é'.repeat(60),
])('%j stays exactly as it is', (name) => {
  expect(greetingName(name)).toEqual({ name });
});

test.each([
  [' Ann ', 'Ann'],
  ['Ann\r', 'Ann'],
  ['\tAnn\n', 'Ann'],
  ['Mary  Jane', 'Mary Jane'],
  ['Jean\u00A0Luc', 'Jean Luc'],
  ['\uFEFFAnn', 'Ann'],
  ['An\u00ADna', 'Anna'],
  ['\u202EAnn', 'Ann'],
  ['Ann\u202E', 'Ann'],
  ['\u2067نور\u2069', 'نور'],
])('%j is greeted as %j (C12, C23)', (raw, name) => {
  expect(greetingName(raw)).toEqual({ name });
});

test.each([
  [null, 'no name'],
  ['', 'no name'],
  [' \r\n', 'no name'],
  ['Jos\uFFFD', 'unreadable'],
  ['\uD800', 'unreadable'],
  ['Ann \uDC00', 'unreadable'],
  ['x\n.\nQUIT', 'unreadable'],
  ['Ann\r\nBcc: b@x.test', 'unreadable'],
  ['a\u0085b', 'unreadable'],
  ['a\u2028b', 'unreadable'],
  ['\x1B[31mred', 'unreadable'],
  ['a\uE000', 'unreadable'],
  ['\uFDD0nameText\uFDD1', 'unreadable'],
  ['JosÃ©', 'mangled'],
  ['JosÃƒÂ©', 'mangled'],
  ['OÄŸuz', 'mangled'],
  ['TomÃ¡Å¡', 'mangled'],
  ['ÐÐ½Ð½Ð°', 'mangled'],
  ['çŽ‹å°æ˜Ž', 'mangled'],
  ['x'.repeat(61), 'too long'],
  ['you have won a prize go and get it', 'too long'],
  ['login-shop.test', 'link'],
  ['visit evil.test now', 'link'],
  ['evil．test', 'link'],
  ['evil。test', 'link'],
  ['evil․test', 'link'],
  ['.com', 'link'],
  ['.', 'link'],
  ['..', 'link'],
  ['t.co', 'link'],
  ['شركة.كوم', 'link'],
  ['bit\u200B.ly', 'link'],
  ['http evil', 'link'],
  ['www evil com', 'link'],
  ['http://evil.test', 'link'],
  ['@handle', 'link'],
  ['a@x.test', 'link'],
  ['evil:80', 'link'],
  ['+1 900 555 0100', 'number'],
  ['1-800-FLOWERS', 'number'],
  ['call 9005550100', 'number'],
  ['٠١٢٣٤٥٦', 'number'],
  ['12.34', 'number'],
  ['<b>Ann</b>', 'markup'],
  ['{{reset_url}}', 'markup'],
  ['{lastName}', 'markup'],
  ['<mj-raw>', 'markup'],
  ['%FIRSTNAME%', 'markup'],
  ['#{name}', 'markup'],
  ['=HYPERLINK', 'markup'],
  ['*|FNAME|*', 'markup'],
  ['"Ann"', 'not a name'],
  ['Ann!', 'not a name'],
  ['Jos?', 'not a name'],
  ['Ann 🎉', 'not a name'],
  ['-', 'not a name'],
  ['42', 'not a name'],
  ['NULL', 'not a name'],
  ['undefined', 'not a name'],
  ['\u0301\u0302', 'not a name'],
  ['Zalgo\u0335\u0321\u0489\u0335\u0321', 'not a name'],
])('%j gets the neutral greeting: %s (C12, C21, C22, C39)', (raw, neutral) => {
  expect(greetingName(raw)).toEqual({ neutral });
});

test('ten thousand letters are no name', () => {
  expect(greetingName('x'.repeat(10_240))).toEqual({ neutral: 'too long' });
});

test('cleaning changes nothing a second time, and leaves no control, surrogate or bidi control', () => {
  for (const raw of hostileNames(7, 2_000)) {
    const clean = cleanName(raw);
    expect([raw, cleanName(clean)]).toEqual([raw, clean]);
    expect(clean).not.toMatch(
      /\p{Surrogate}|[\p{Cc}\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u,
    );
    const greeting = greetingName(raw);
    if ('name' in greeting) expect(greeting.name).toBe(clean);
  }
});
