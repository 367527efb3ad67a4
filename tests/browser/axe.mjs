// Runs axe in Chromium over every page of the site and of the report and over proofs of every kind of mailing and language, on a
// phone and on a desk, in light and dark; the pages of single contacts, which are alike, on a light phone
// or on a dark desk, in turns. A page may ask nobody but its own server for anything, and may not complain on the console.
//
// Of several programmes, which are alike, everything is looked at on a light phone and a dark desk only, and of all but the first only
// the first pages of the report.
//
//     CHROMIUM=/usr/bin/chromium node axe.mjs [output folder…]

import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { Tally, pages, serve } from './output.mjs';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const WIDTHS = [375, 1280];
const outputs = process.argv.slice(2).map((folder) => path.resolve(folder));
if (outputs.length === 0) outputs.push(path.resolve('../../output'));
const isLean = outputs.length > 1;
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** One proof of each kind of mailing and language: the kind stands at the end of the mailing's id. */
function choose(proofs) {
  const chosen = new Map();
  for (const name of proofs) {
    const [, mailing, file] = name.split('/');
    const kind = mailing.replace(/^[0-9-]+/, '');
    const key = `${kind} ${file.split('.')[1]}`;
    if (!chosen.has(key)) chosen.set(key, name);
  }
  return [...chosen.values()];
}

async function look(page, base, name, where, tags, tally) {
  const complaints = [];
  const strangers = [];
  page.removeAllListeners();
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(base) && !url.startsWith('data:')) strangers.push(url);
  });
  await page.goto(`${base}/${name}`, { waitUntil: 'load' });
  await page.evaluate(axe);
  const { violations } = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: 'tag', values } }), tags);
  const what = violations.map((violation) => {
    const nodes = violation.nodes.slice(0, 3).map((node) => `\n    ${node.html.slice(0, 140)}\n    ${node.failureSummary ?? ''}`);
    return `\n  ${violation.id}: ${violation.help} (${violation.nodes.length})${nodes.join('')}`;
  });
  tally.check(violations.length === 0, `${where}${what.join('')}`);
  tally.check(complaints.length === 0, `${where}: console: ${complaints.join('; ')}`);
  tally.check(strangers.length === 0, `${where}: asks ${strangers.join(', ')}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  tally.check(wide <= 0, `${where}: is ${wide} px wider than the screen`);
}

const tally = new Tally();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking'],
});

/** Looks at the pages of one output folder. */
async function lookAll(output, isFirst) {
  const { site, proofs, report } = pages(output);
  const some = choose(proofs);
  const told = isLean && !isFirst ? report.filter((name) => /^report\/(index|agenda)\.html$/.test(name)) : report;
  tally.check(site.length > 0 && some.length > 0 && told.length > 0, `there are pages, proofs and a report in ${output}`);
  // The site stands at the root of its server, as it does where it is published.
  for (const [folder, prefix, names, tags] of [
    [path.join(output, 'site'), 'site/', site, [...WCAG, 'best-practice']],
    [output, '', told, [...WCAG, 'best-practice']],
    [output, '', some, WCAG],
  ]) {
    const { server, base } = await serve(folder);
    const isAlike = ({ scheme, width }) => (scheme === 'light') === (width === WIDTHS[0]);
    const modes = ['light', 'dark'].flatMap((scheme) => WIDTHS.map((width) => ({ scheme, width })));
    const each = async (mode) => {
      const { scheme, width } = mode;
      const page = await browser.newPage({ colorScheme: scheme, viewport: { width, height: 900 }, bypassCSP: false });
      for (const [number, name] of names.entries()) {
        const isOfOne = /^report\/.*\//.test(name);
        if (isOfOne && !(isAlike(mode) && (number % 2 === 0) === (scheme === 'light'))) continue;
        await look(page, base, name.slice(prefix.length), `${isLean ? `${output}: ` : ''}${name} at ${width} px, ${scheme}`, tags, tally);
      }
      await page.close();
    };
    await Promise.all(modes.filter((mode) => !isLean || isAlike(mode)).map(each));
    server.close();
  }
  console.log(`axe: ${site.length} pages, ${told.length} of the report and ${some.length} proofs, at ${WIDTHS.join(' and ')} px`);
}

for (const output of outputs) await lookAll(output, output === outputs[0]);
await browser.close();
tally.end();
