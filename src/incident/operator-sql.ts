/**
 * SQL that the operator writes into the incident file: a condition, or the SELECT of the customers. It is put between parentheses
 * into statements of ours, so it must be one expression: what would end it early, or hide what follows, is refused. It is read as
 * our sessions read it: backslash escapes, double quotes are text, back quotes are names.
 */

/** Null, or what to write instead. */
export function conditionProblem(text: string): string | null {
  const outside = outsideQuotes(text);
  return (
    structureProblem(outside) ??
    (/\binto\b/i.test(outside) ? 'an expression that only reads, without INTO' : null)
  );
}

/** Null, or what to write instead. */
export function selectProblem(text: string): string | null {
  if (!/^(select|with)\b/i.test(text)) return 'a statement that begins with SELECT or WITH';
  const outside = outsideQuotes(text);
  return (
    structureProblem(outside) ??
    (/\binto\b/i.test(outside) || /\bfor\s+(update|share)\b|\block\s+in\b/i.test(outside)
      ? 'a SELECT that only reads, without INTO and without locks'
      : null)
  );
}

/** Puts the company's schema, quoted, where {schema} stands outside of quotes. */
export function withSchema(text: string, quotedSchema: string): string {
  return replaceOutsideQuotes(text, (part) => part.replaceAll('{schema}', () => quotedSchema));
}

const QUOTED = /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|`(?:[^`]|``)*`/g;

/** The text with each quoted part replaced by a pair of quotes. */
function outsideQuotes(text: string): string {
  return text.replace(QUOTED, "''");
}

function replaceOutsideQuotes(text: string, replace: (part: string) => string): string {
  let result = '';
  let at = 0;
  for (const match of text.matchAll(QUOTED)) {
    result += replace(text.slice(at, match.index)) + match[0];
    at = match.index + match[0].length;
  }
  return result + replace(text.slice(at));
}

function structureProblem(outside: string): string | null {
  const open = outside.replaceAll("''", '');
  if (/['"`]/.test(open)) return 'every quote closed';
  if (open.includes(';')) return 'one expression, without ;';
  if (/--|#|\/\*|\*\//.test(open)) return 'an expression without comments (--, #, /* */)';
  let depth = 0;
  for (const character of open) {
    if (character === '(') depth++;
    if (character === ')' && --depth < 0) break;
  }
  return depth === 0 ? null : 'as many closing parentheses as opening ones, in their order';
}
