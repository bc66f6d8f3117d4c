import { htmlFaults } from '../../src/notice/mjml-to-html';
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
  '<meta http-equiv="refresh" content="0;url=/">',
  '<meta content="x" onload="x">',
  '<a href="#es">Español</a>',
])('%s is found (C24)', (html) => {
  expect(htmlFaults(html, incident)).not.toEqual([]);
});

test.each([
  '<a href="https://www.shop.test/account/new-password">https://www.shop.test/account/new-password</a>',
  '<a href="https://www.shop.test/notice?a=1&amp;copy=2&amp;lt=3#ü">x</a>',
  '<a href="mailto:care@shop.test">x</a>',
  '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:v="urn:schemas-microsoft-com:vml">',
  '<div aria-label="Your data: what you can do">',
  '<meta name="description" content="Your data: &lt;img src=x&gt;">',
  '<p>&lt;img src=x&gt; and/or @import url(x)</p>',
])('%s is well', (html) => {
  expect(htmlFaults(html, incident)).toEqual([]);
});

test('a document may link to its own places, when they are named', () => {
  expect(htmlFaults('<a href="#es">Español</a>', incident, ['#es'])).toEqual([]);
  expect(htmlFaults('<a href="#fr">Français</a>', incident, ['#es'])).toEqual(['links to #fr']);
});
