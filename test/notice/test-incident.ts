import type { DatabaseMapping } from '../../src/incident/database-schema';
import { type Incident, incidentSchema } from '../../src/incident/incident-schema';
import { referenceMapping } from '../company/reference-mapping';

/** A whole incident of a made-up shop in English, Arabic and Japanese, for the tests of the mail. */
export function testIncident(change: (file: TestFile) => void = () => undefined): Incident {
  const file: TestFile = {
    id: 'harbour-shop-2024',
    title: 'Harbour Shop, customer database read',
    cutoff: '2024-05-01T00:00:00Z',
    from: { name: 'Harbour Shop', address: 'notice@shop.test' },
    replyTo: 'care@shop.test',
    links: {
      choosePassword: 'https://www.shop.test/account/new-password',
      page: 'https://www.shop.test/notice?a=1&copy=2&lt=3#ü',
    },
    phone: '+1 800 555 0100',
    texts: { en: english(), ar: arabic(), ja: japanese() },
    database: referenceMapping(),
  };
  change(file);
  return incidentSchema.parse(file);
}

type Texts = ReturnType<typeof english>;
export interface TestFile {
  id: string;
  title: string;
  cutoff: string;
  from: { name: string; address: string };
  replyTo: string;
  links: { choosePassword: string; page: string };
  phone?: string;
  texts: Record<string, Texts>;
  database: DatabaseMapping;
}

function english() {
  return {
    subject: 'Notice of Data Breach: please choose a new password',
    preheader: 'Someone read part of our customer database. Your password no longer works.',
    heading: 'Notice of Data Breach',
    greeting: 'Dear {name},',
    neutralGreeting: 'Dear customer,',
    whatHappened: {
      heading: 'What happened',
      text: 'On May 1, 2024 someone read part of our customer database. R&D found it the same day; an audit (<$100) confirmed it.\n\nWe are sorry.\nThis should not have happened.',
    },
    whatInformation: {
      heading: 'What information was involved',
      intro: 'This is what the database holds about the account of {email}.',
      affectedIntro: 'These may have been read:',
      affected: ['your name, e-mail address and postal address', 'your password in scrambled form'],
      notAffectedIntro: 'These were not read:',
      notAffected: ['your full card number', 'other payment details'],
    },
    whatWeAreDoing: {
      heading: 'What we are doing',
      text: 'We expired every password and called the police.',
    },
    whatYouCanDo: {
      heading: 'What you can do',
      expired: {
        intro: 'Your password no longer works. Choose a new one:',
        steps: [
          'Open {choosePassword}',
          'Type your e-mail address, {email}.',
          'Follow the link that we then send you.',
        ],
        elsewhere: 'If you use the same password elsewhere, change it there too.',
      },
      changedSince: {
        intro: 'You have chosen a new password since; nothing needs doing.',
        steps: [] as string[],
      },
      noPassword: { intro: 'Your account has no password; nothing needs doing.', steps: [] as string[] },
    },
    moreInformation: {
      heading: 'For more information',
      text: 'Read {page}\n\nWrite to {replyTo} or call {phone}. We never ask for your password.',
    },
    signature: 'Sincerely,\nHarbour Shop',
    page: {
      email: 'your e-mail address',
      expired: 'If your old password no longer works',
      changedSince: 'If you have chosen a new password already',
      noPassword: 'If your account has no password',
    },
  };
}

function arabic(): Texts {
  return {
    subject: 'إشعار باختراق البيانات: يرجى اختيار كلمة مرور جديدة',
    preheader: 'اطّلع شخص على جزء من قاعدة بيانات عملائنا.',
    heading: 'إشعار باختراق البيانات',
    greeting: 'مرحبًا {name}،',
    neutralGreeting: 'عميلنا العزيز،',
    whatHappened: {
      heading: 'ماذا حدث',
      text: 'اطّلع شخص على جزء من قاعدة بيانات عملاء Harbour Shop.\n\nنحن آسفون.',
    },
    whatInformation: {
      heading: 'ما المعلومات المعنية',
      intro: 'هذا ما تحتويه قاعدة البيانات عن حساب {email}.',
      affectedIntro: 'ربما تم الاطلاع على:',
      affected: ['اسمك وبريدك الإلكتروني', 'كلمة مرورك بشكل مشفّر'],
      notAffectedIntro: 'لم يتم الاطلاع على:',
      notAffected: ['رقم بطاقتك الكامل'],
    },
    whatWeAreDoing: { heading: 'ماذا نفعل', text: 'ألغينا جميع كلمات المرور.' },
    whatYouCanDo: {
      heading: 'ماذا يمكنك أن تفعل',
      expired: {
        intro: 'كلمة مرورك لم تعد تعمل. اختر كلمة جديدة:',
        steps: ['افتح {choosePassword}', 'اكتب بريدك الإلكتروني {email}.', 'اتبع الرابط الذي نرسله إليك.'],
        elsewhere: 'إذا كنت تستخدم كلمة المرور نفسها في مواقع أخرى فغيّرها هناك أيضًا.',
      },
      changedSince: { intro: 'لقد اخترت كلمة مرور جديدة بالفعل.', steps: [] },
      noPassword: { intro: 'ليس لحسابك كلمة مرور.', steps: [] },
    },
    moreInformation: {
      heading: 'لمزيد من المعلومات',
      text: 'اقرأ {page}\n\nاكتب إلى {replyTo} أو اتصل على {phone}.',
    },
    signature: 'مع التحية،\nHarbour Shop',
    page: {
      email: 'عنوان بريدك الإلكتروني',
      expired: 'إذا كانت كلمة مرورك القديمة لا تعمل',
      changedSince: 'إذا اخترت كلمة مرور جديدة',
      noPassword: 'إذا لم يكن لحسابك كلمة مرور',
    },
  };
}

function japanese(): Texts {
  return {
    subject: '個人情報漏えいに関する重要なお知らせと、パスワード再設定のお願い（ハーバーショップより）',
    preheader: 'お客様データベースの一部が第三者に閲覧されました。',
    heading: '個人情報漏えいのお知らせ',
    greeting: '{name} 様',
    neutralGreeting: 'お客様各位',
    whatHappened: { heading: '何が起きたか', text: 'お客様データベースの一部が\n第三者に閲覧されました。' },
    whatInformation: {
      heading: '対象となる情報',
      intro: '{email} のアカウントについて保存されている情報です。',
      affectedIntro: '閲覧された可能性のある情報：',
      affected: ['お名前、メールアドレス', '暗号化されたパスワード'],
      notAffectedIntro: '閲覧されていない情報：',
      notAffected: ['クレジットカード番号'],
    },
    whatWeAreDoing: { heading: '当社の対応', text: 'すべてのパスワードを失効させました。' },
    whatYouCanDo: {
      heading: 'お客様へのお願い',
      expired: {
        intro: 'お使いのパスワードは無効になりました。新しいパスワードを設定してください。',
        steps: ['{choosePassword} を開く', 'メールアドレスを入力する', '届いたリンクに従う'],
        elsewhere: '他のサイトで同じパスワードをお使いの場合は、そちらも変更してください。',
      },
      changedSince: { intro: 'すでに新しいパスワードが設定されています。', steps: [] },
      noPassword: { intro: 'このアカウントにはパスワードがありません。', steps: [] },
    },
    moreInformation: {
      heading: '詳しい情報',
      text: '{page} をご覧ください。\n\n{replyTo} または {phone} までご連絡ください。',
    },
    signature: 'ハーバーショップ',
    page: {
      email: 'お客様のメールアドレス',
      expired: '以前のパスワードが使えない場合',
      changedSince: 'すでに新しいパスワードを設定された場合',
      noPassword: 'アカウントにパスワードがない場合',
    },
  };
}
