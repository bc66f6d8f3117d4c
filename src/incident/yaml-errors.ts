import { inQuotes } from './incident-problem';

const QUOTES = 'the whole text in quotes, "...", or on its own lines below a "|"';
const EXAMPLE = 'it as in examples/zappos-2012/incident.yaml';

/** `found` and `wanted` for what the YAML parser says, in the words of somebody who writes letters, not YAML. */
export function yamlErrorWords(
  fault: { code: string; message: string; pos: [number, number] },
  text: string,
): { found: string; wanted: string } {
  const words = inQuotes(
    text
      .slice(...fault.pos)
      .split('\n')[0]!
      .trim(),
  );
  if (UNCLOSED.test(fault.message))
    return { found: 'a bracket or brace that is never closed', wanted: QUOTES };
  switch (fault.code) {
    case 'TAB_AS_INDENT':
      return { found: 'a tab in front of the text', wanted: 'spaces: YAML takes no tabs there' };
    case 'BAD_INDENT':
      return {
        found: 'a line that stands further left or right than its neighbours',
        wanted: 'the same number of spaces before each line of a section or text',
      };
    case 'BAD_SCALAR_START':
      return { found: `a text that begins with ${words}`, wanted: QUOTES };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return { found: 'a colon and a space within a text', wanted: QUOTES };
    case 'UNEXPECTED_TOKEN':
    case 'BAD_PROP_ORDER':
      return { found: `${words} after the end of the value`, wanted: QUOTES };
    case 'MULTILINE_IMPLICIT_KEY':
      return { found: 'a key that goes over several lines', wanted: 'the quote or bracket that closes it' };
    case 'BAD_DQ_ESCAPE':
      return {
        found: `the backslash in ${words}`,
        wanted: 'two backslashes, or single quotes around the text',
      };
    case 'MULTIPLE_DOCS':
      return { found: 'a second document after "---"', wanted: 'one incident in a file' };
    case 'RESOURCE_EXHAUSTION':
      return { found: 'sections nested much too deeply', wanted: EXAMPLE };
    case 'MISSING_CHAR':
      return missing(fault.message);
    default:
      return { found: `what YAML does not allow (${fault.message})`, wanted: EXAMPLE };
  }
}

/** The parser says so of the next line, as a fault of how far in that stands, or at the end of the file. */
const UNCLOSED = /\bmust (?:be .* and )?end with a [\]}]$/;

function missing(message: string): { found: string; wanted: string } {
  if (/quote/.test(message)) return { found: 'a quote that is never closed', wanted: 'the closing quote' };
  if (/map keys/.test(message))
    return { found: 'a line without "key: " in front', wanted: 'a colon and a space after the key' };
  return { found: `something missing (${message})`, wanted: EXAMPLE };
}
