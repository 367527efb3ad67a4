// How long a person waits: from the start to the first preview, from a save to changed pixels, and what it costs to do nothing.
//
//     python3 ../../benches/generate.py 62500 /tmp/large && node serve_speed.mjs /tmp/large [the bevara to run]

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { REPOSITORY, browser as launch, start } from './server.mjs';

const root = path.resolve(process.argv[2]);
const binary = path.resolve(process.argv[3] ?? path.join(REPOSITORY, 'target/release/bevara'));
const MAILING = '2027-01-newsletter';
const TEXT = path.join(root, 'content/newsletters/2027-01.sv.md');
const ROUNDS = 20;
const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
const now = () => performance.timeOrigin + performance.now();
const ms = (value) => `${Math.round(value)} ms`;

const starts = [];
let server;
let reader;
for (let round = 0; round < 5; round += 1) {
  server = await start(binary, root);
  const found = await fetch(`${server.base}/preview/${MAILING}`, { redirect: 'manual' });
  reader = found.headers.get('location');
  await (await fetch(`${server.base}${reader}.html`)).text();
  starts.push(performance.now() - server.began);
  if (round < 4) server.child.kill('SIGKILL');
}
console.log(`start to first preview: median ${ms(median(starts))} of ${starts.map(ms).join(', ')}`);

// A reader of the Swedish text.
const search = await (await fetch(`${server.base}/search?q=sv&mailing=${MAILING}`)).text();
const page = await (await fetch(`${server.base}${reader}`)).text();
const swedish = /<a href="(\/preview\/[^"]+)" aria-label="Svenska"/.exec(page)?.[1] ?? /href="([^"]+)"/.exec(search)[1];
const browser = await launch();
const tab = await browser.newPage({ viewport: { width: 1280, height: 900 } });
await tab.goto(server.base + swedish);
await tab.waitForTimeout(4000);
const before = fs.readFileSync(TEXT, 'utf8');
const saves = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const mark = `Runda ${round} klar.`;
  const seen = tab.evaluate(
    (text) =>
      new Promise((done) => {
        const look = () => {
          const body = document.querySelector('iframe').contentDocument?.body;
          if (!body?.textContent.includes(text)) return requestAnimationFrame(look);
          return requestAnimationFrame(() => requestAnimationFrame(() => done(performance.timeOrigin + performance.now())));
        };
        look();
      }),
    mark,
  );
  await tab.waitForTimeout(700);
  const saved = now();
  fs.writeFileSync(TEXT, `${before}\n${mark}\n`);
  saves.push((await seen) - saved);
}
fs.writeFileSync(TEXT, before);
console.log(`save to changed pixels: median ${ms(median(saves))}, of ${saves.map(ms).join(', ')}`);
await browser.close();

await new Promise((quiet) => setTimeout(quiet, 3000));
const ticks = () => fs.readFileSync(`/proc/${server.child.pid}/stat`, 'utf8').split(' ').slice(13, 15).reduce((sum, value) => sum + Number(value), 0);
const idle = ticks();
await new Promise((quiet) => setTimeout(quiet, 10_000));
const perSecond = Number(execFileSync('getconf', ['CLK_TCK']));
console.log(`idle: ${((ticks() - idle) / perSecond / 10) * 100} % of a core over 10 s`);
server.stop();
