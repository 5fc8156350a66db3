/** How a report looks, on light and dark screens, narrow and wide ones, and on paper. */

const light = `
body { background: #ffffff; color: #1c2128; }
.note, .kind, .version, .file, small, dt, footer { color: #57606a; }
.figures div, .cards li { background: #f6f8fa; border-color: #d0d7de; }
table, th, td, .scroll { border-color: #d0d7de; }
thead th, .matrix tbody th { background: #f6f8fa; }
.missing { background: #eaeef2; color: #57606a; }
.right .verdict { color: #116329; }
.wrong .verdict { color: #a40e26; }
.zero { color: #6e7781; }
a { color: #0550ae; }
:focus-visible { outline-color: #0550ae; }
.plot text { fill: #1c2128; }
.grid { stroke: #d0d7de; }
.bar { fill: #6ea8e5; }
.gap { stroke: #a40e26; }
.ideal { stroke: #57606a; }
`;

const dark = `
body { background: #14181d; color: #e6e9ed; }
.note, .kind, .version, .file, small, dt, footer { color: #a3adb8; }
.figures div, .cards li { background: #1d232a; border-color: #3a424c; }
table, th, td, .scroll { border-color: #3a424c; }
thead th, .matrix tbody th { background: #1d232a; }
.missing { background: #262d35; color: #a3adb8; }
.right .verdict { color: #5bd36f; }
.wrong .verdict { color: #ff9492; }
.zero { color: #8b949e; }
a { color: #79b8ff; }
:focus-visible { outline-color: #79b8ff; }
.plot text { fill: #e6e9ed; }
.grid { stroke: #3a424c; }
.bar { fill: #3f74ad; }
.gap { stroke: #ff9492; }
.ideal { stroke: #a3adb8; }
`;

/** The style sheet. Shades are translucent, so that one set serves light and dark. */
export const pageStyle = `
:root { color-scheme: light dark; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; }
p { margin: .25rem 0; }
.kind { font-size: .875rem; }
.version { font-weight: 400; font-size: 1.125rem; }
.note { max-width: 46rem; margin-bottom: .75rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: .5rem; margin: .75rem 0; }
.figures div:first-child { grid-column: span 2; }
.figures div { border: 1px solid; border-radius: .5rem; padding: .5rem .75rem; }
dt { font-size: .875rem; }
dd { margin: 0; font-variant-numeric: tabular-nums; }
dd strong { font-size: 1.5rem; line-height: 1.2; }
small { display: block; font-size: .875rem; }
.cards { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); }
.cards li { border: 1px solid; border-radius: .5rem; padding: .5rem; font-size: .875rem; line-height: 1.35; }
.cards img, .missing { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; border-radius: .25rem; margin-bottom: .375rem; }
.missing { display: grid; place-items: center; }
.verdict { font-weight: 600; }
.file { font-size: .75rem; }
.scroll { overflow-x: auto; margin: .75rem 0; max-width: 100%; }
:focus-visible { outline: 2px solid; outline-offset: 2px; }
nav ul { list-style: none; margin: .5rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
table { border-collapse: collapse; overflow-wrap: break-word; font-size: .875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { border: 1px solid; padding: .25rem .5rem; text-align: left; vertical-align: top; font-weight: 400; }
thead th, tfoot th, tfoot td { font-weight: 600; }
.number { text-align: right; }
td.number, .bins tbody th { white-space: nowrap; }
th.file { overflow-wrap: anywhere; min-width: 12rem; }
.matrix td { text-align: center; min-width: 2.25rem; vertical-align: middle; }
.matrix tbody th { position: sticky; left: 0; max-width: 9rem; }
.matrix thead th { vertical-align: bottom; }
.upright span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 9rem; white-space: normal; overflow-wrap: break-word; }
.hit.shade1 { background: rgb(46 160 67 / 10%); } .miss.shade1 { background: rgb(218 54 51 / 12%); }
.hit.shade2 { background: rgb(46 160 67 / 18%); } .miss.shade2 { background: rgb(218 54 51 / 20%); }
.hit.shade3 { background: rgb(46 160 67 / 26%); } .miss.shade3 { background: rgb(218 54 51 / 28%); }
.hit.shade4 { background: rgb(46 160 67 / 34%); } .miss.shade4 { background: rgb(218 54 51 / 36%); }
.hit.shade5 { background: rgb(46 160 67 / 42%); } .miss.shade5 { background: rgb(218 54 51 / 44%); }
.beside { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: flex-start; }
.plot { width: 100%; max-width: 28rem; height: auto; }
.plot text { font-size: 12px; }
.plot .count { font-size: 10px; }
.gap { fill: none; stroke-dasharray: 3 2; }
.ideal { stroke-dasharray: 5 4; }
summary { cursor: pointer; padding: .25rem 0; }
footer { margin-top: 3rem; font-size: .875rem; }
${light}
@media (prefers-color-scheme: dark) {${dark}}
@media (max-width: 30rem) { th, td { padding: .25rem .375rem; } }
@media print { .cards li, tr, svg { break-inside: avoid; } .scroll { overflow: visible; } }
`;
