import { execFile } from 'node:child_process';

/**
 * MJML to HTML, strict, without MJML's web fonts (C24), one result per source. It runs in a process of its own that
 * ends at once: loading mjml takes 62 MB that a thread or this process would never give back (measured), a quarter of
 * what a worker may use. Takes about 0.4 s. Throws when MJML refuses the template.
 */
export async function mjmlToHtml(sources: string[]): Promise<string[]> {
  const reply = await new Promise<string>((resolve, reject) => {
    const child = execFile(
      process.execPath,
      ['--eval', CONVERT, require.resolve('mjml')],
      { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, env: {} },
      (error, stdout, stderr) =>
        error
          ? reject(new Error(`MJML could not be run: ${stderr.trim() || error.message}`))
          : resolve(stdout),
    );
    child.stdin?.on('error', () => undefined); // the child's end is told by its exit
    child.stdin?.end(JSON.stringify(sources));
  });
  const results: { html: string; errors: string[] }[] = JSON.parse(reply);
  return results.map(({ html, errors }) => {
    if (errors.length > 0) throw new Error(`templates/notice.mjml is refused by MJML: ${errors.join('; ')}`);
    return html;
  });
}

// Plain JavaScript, so that the child needs no TypeScript loader. Template errors come back as words, not as a crash.
const CONVERT = `
  const mjml = require(process.argv[1]);
  const convert = mjml.default ?? mjml;
  const options = { validationLevel: 'strict', fonts: {}, keepComments: false, ignoreIncludes: true };
  (async () => {
    const results = [];
    for (const source of JSON.parse(require('node:fs').readFileSync(0, 'utf8'))) {
      try {
        const { html, errors } = await convert(source, options);
        results.push({ html, errors: errors.map((e) => e.formattedMessage) });
      } catch (error) {
        results.push({ html: '', errors: [String(error.message)] });
      }
    }
    process.stdout.write(JSON.stringify(results));
  })();
`;
