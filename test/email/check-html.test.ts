import { htmlProblems } from '../../src/email/check-html';
import { testIncident } from './test-incident';

const incident = testIncident();

test.each([
  '<style>@import url(https://fonts.googleapis.com/css?family=Ubuntu);</style>',
  '<link href="https://fonts.googleapis.com/css" rel="stylesheet">',
  '<!--[if mso]><v:rect fill="true"><v:fill src="x.png"/></v:rect><![endif]-->',
  '<td style="background:url(\'x.png\')">',
  '<table background="x.png">',
  '<img alt="">',
  '<script>1</script>',
  '<a href="https://evil.test/">x</a>',
  "<a href='//evil.test'>x</a>",
  '<a href=javascript:alert(1)>x</a>',
  '<a href="https://www.shop.test/other">x</a>',
  '<a href="https://www.shop.test@evil.test/">x</a>',
  '<p>Go to https://evil.test now</p>',
  '<!-- https://evil.test -->',
  '<p onclick="x">',
  '<p>{{name}}</p>',
])('%s is found (C24)', (html) => {
  expect(htmlProblems(html, incident)).not.toEqual([]);
});

test.each([
  '<a href="https://www.shop.test/account/new-password">https://www.shop.test/account/new-password</a>',
  '<a href="https://www.shop.test/notice?a=1&amp;copy=2&amp;lt=3#ü">x</a>',
  '<a href="mailto:care@shop.test">x</a>',
  '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:v="urn:schemas-microsoft-com:vml">',
  '<p>&lt;img src=x&gt; and/or @import url(x)</p>',
])('%s is well', (html) => {
  expect(htmlProblems(html, incident)).toEqual([]);
});
