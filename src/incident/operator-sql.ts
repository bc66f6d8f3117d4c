/**
 * SQL that the operator writes into the incident file: a condition, or the SELECT of the customers. It is put between parentheses
 * into statements of ours, so it must be one expression: what would end it early, or hide what follows, is refused. It is read as
 * our sessions read it: backslash escapes, double quotes are text, back quotes are names.
 */

/** Null, or what to write instead. */
export function conditionProblem(text: string): string | null {
  if (text.startsWith('???')) return 'the condition in its place';
  const outside = outsideQuotes(text);
  return (
    structureProblem(outside) ??
    (/\binto\b/i.test(outside)
      ? 'an expression that only reads, without INTO'
      : LOCKS.test(outside)
        ? 'an expression that only reads, without FOR UPDATE, FOR SHARE and LOCK IN SHARE MODE'
        : null)
  );
}

/** Null, or what to write instead. */
export function selectProblem(text: string): string | null {
  if (!/^(select|with)\b/i.test(text)) return 'a statement that begins with SELECT or WITH';
  const outside = outsideQuotes(text);
  return (
    structureProblem(outside) ??
    (/\binto\b/i.test(outside) || LOCKS.test(outside)
      ? 'a SELECT that only reads, without INTO and without locks'
      : null)
  );
}

const LOCKS = /\bfor\s+(update|share)\b|\block\s+in\b/i;

/** Puts the company's schema, quoted, where {schema} stands outside of quotes. */
export function withSchema(text: string, quotedSchema: string): string {
  return replaceOutsideQuotes(text, (part) => part.replaceAll('{schema}', () => quotedSchema));
}

/** What a piece of SQL names; names are in lower case. */
export interface NamedInSql {
  /** Of the company: `{schema}.orders o` is the table orders, called o in what follows. */
  tables: { table: string; alias: string }[];
  /** Every other name, with what stands before its dot; `*` asks for all columns. */
  names: { of: string | null; name: string }[];
}

/** For who grants rights on what is named: rather a name too many than one too few, such as a function's. */
export function namedInSql(text: string): NamedInSql {
  const tokens =
    text.replace(/'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"/g, "''").match(TOKEN) ?? [];
  const tables: NamedInSql['tables'] = [];
  const names: NamedInSql['names'] = [];
  const isName = (token: string | undefined) => token !== undefined && /^[`\p{L}_$]/u.test(token);
  for (let i = 0; i < tokens.length; i++) {
    const [token, next, after] = [tokens[i]!, tokens[i + 1], tokens[i + 2]];
    if (token === '{schema}' && next === '.' && isName(after)) {
      const table = unquotedName(after!);
      i += tokens[i + 3]?.toLowerCase() === 'as' ? 4 : 3;
      const isAlias = isName(tokens[i]) && !KEYWORDS.has(tokens[i]!.toLowerCase());
      tables.push({ table, alias: isAlias ? unquotedName(tokens[i]!) : table });
      if (!isAlias) i--;
    } else if (isName(token) && next === '.' && (isName(after) || after === '*')) {
      names.push({ of: unquotedName(token), name: unquotedName(after!) });
      i += 2;
    } else if (isName(token) && !KEYWORDS.has(token.toLowerCase()))
      names.push({ of: null, name: unquotedName(token) });
    // COUNT(*) and 2 * 3 ask for no column.
    else if (token === '*' && /^(select|distinct|all|,)$/i.test(tokens[i - 1] ?? ''))
      names.push({ of: null, name: '*' });
  }
  return { tables, names };
}

const TOKEN = /\{schema\}|`(?:[^`]|``)*`|[\p{L}_$][\p{L}\p{N}_$]*|\d[\w.]*|\S/gu;

/** That may stand where an alias would, and those that are no names. */
const KEYWORDS = new Set(
  (
    'select distinct all from where join left right inner outer cross natural straight_join on using group order by having limit offset ' +
    'union and or not is null in exists between like regexp rlike case when then else end as with asc desc interval true false if ifnull ' +
    'coalesce concat count sum min max'
  ).split(' '),
);

function unquotedName(token: string): string {
  return (token.startsWith('`') ? token.slice(1, -1).replaceAll('``', '`') : token).toLowerCase();
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
  if (open.includes('?'))
    return 'an expression without ? outside of quotes: the driver would put a value there';
  if (/--|#|\/\*|\*\//.test(open)) return 'an expression without comments (--, #, /* */)';
  let depth = 0;
  for (const character of open) {
    if (character === '(') depth++;
    if (character === ')' && --depth < 0) break;
  }
  return depth === 0 ? null : 'as many closing parentheses as opening ones, in their order';
}
