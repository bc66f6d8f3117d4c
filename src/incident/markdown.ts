const COMMAND =
  /(npm (?:run cli -- [\w-]+|run \w+|start --)(?: (?:--incident [\w-]+(?:\.[\w-]+)*|--?[\w-]+|"[^"`]*"|[A-Z]{2,}\b|\d+))*|\b[a-z]+(?: --[a-z-]+(?: [\w:-]+(?:\.[\w:-]+)*)?)+)/;

/** Commands, and words such as `resume --relay one`, as code: of plain words the Web UI would make typographer's dashes and quotes, which no shell takes. */
export function withCommands(text: string): string {
  return text
    .split(COMMAND)
    .map((part, i) => (i % 2 === 1 ? `\`${part}\`` : plain(part)))
    .join('');
}

/** Other people's words must not become Markdown or HTML of ours. */
export function plain(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>#|~]/g, (mark) => `\\${mark}`);
}
