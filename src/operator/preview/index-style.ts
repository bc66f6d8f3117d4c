/** The desktop's frame is laid out at 640 px and shown smaller, so that a row fits on a laptop. */
export const INDEX_STYLE = `
:root { color-scheme: light dark; --ground: #fff; --ink: #1f2328; --link: #0b57d0; --line: #c9ced4; --soft: #5b626a; --bad: #b3261e; --warn: #fff4d6; --code: #f2f4f6; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #101214; --ink: #e6e8eb; --link: #8ab4f8; --line: #4b5157; --soft: #a4abb3; --bad: #ff8a80; --warn: #3a3017; --code: #2a2e33; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px 20px 80px; max-width: 1800px; font: 15px/1.5 system-ui, sans-serif; background: var(--ground); color: var(--ink); }
a { color: var(--link); }
h1 { font-size: 26px; margin: 0; }
h2 { font-size: 22px; margin: 40px 0 0; padding-top: 12px; border-top: 2px solid var(--line); }
h3 { font-size: 17px; margin: 28px 0 0; }
header > p, .hashes, .warnings { max-width: 1000px; }
code { font: 13px/1.5 ui-monospace, monospace; background: var(--code); padding: 1px 4px; overflow-wrap: anywhere; }
small, i, figcaption, .note { color: var(--soft); font-style: normal; }
.hashes { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 12px 0; }
.hashes dd { margin: 0; }
.bad { color: var(--bad); }
.warnings { background: var(--warn); padding: 8px 14px; margin: 8px 0; }
.warnings ul { margin: 4px 0; padding-left: 20px; }
.scrolls { overflow-x: auto; }
table { border-collapse: collapse; margin-top: 12px; }
th, td { border: 1px solid var(--line); padding: 6px 12px; text-align: left; vertical-align: top; }
.facts { margin: 2px 0; }
.listed { display: flex; gap: 16px; margin: 6px 0; padding: 8px 12px; border: 1px solid var(--line); }
.listed span { flex: 1; min-width: 0; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
.frames { display: flex; gap: 12px; align-items: flex-start; overflow-x: auto; }
figure { margin: 0; flex: none; }
figure > div { height: 560px; border: 1px solid var(--line); overflow: hidden; }
iframe { border: 0; width: 100%; height: 100%; background: #fff; color-scheme: light; }
.desktop > div { width: 386px; }
.desktop iframe { width: 640px; height: 930px; transform: scale(.6); transform-origin: 0 0; }
.phone > div { width: 322px; }
.dark > div { width: 362px; }
.dark iframe { background: #16181c; color-scheme: dark; }
.text { flex: 1 0 270px; min-width: 0; }
pre { height: 560px; margin: 0; padding: 10px; border: 1px solid var(--line); overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.45 ui-monospace, monospace; }
`;
