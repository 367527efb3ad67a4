// Runs the Nu Html Checker over the site and the proofs of mailings.
//
//     node nu.mjs [output folder]
//
// In mail, and only there, the presentational attributes that Outlook needs are allowed; nothing else is, not even a warning.

import { spawnSync } from 'node:child_process';
import path from 'node:path';
import vnu from 'vnu-jar';
import { Tally, pages } from './output.mjs';

const PRESENTATIONAL = ['bgcolor', 'align', 'valign', 'width', 'height', 'cellpadding', 'cellspacing', 'border'];

const output = path.resolve(process.argv[2] ?? '../../output');
const { site, proofs } = pages(output);
const tally = new Tally();
tally.check(site.length > 0, 'there is a site');
tally.check(proofs.length > 0, 'there are proofs');

function isAllowed(message) {
  const attribute = /^The “([a-z]+)” attribute on the “[a-z]+” element is obsolete/.exec(message.message)?.[1];
  return attribute !== undefined && PRESENTATIONAL.includes(attribute);
}

/** What the checker says about some files, by file. */
function findings(names) {
  const jar = ['-jar', vnu.vnuJar ?? vnu, '--format', 'json', '--exit-zero-always', '--stdout'];
  const ran = spawnSync('java', [...jar, ...names.map((name) => path.join(output, name))], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (ran.status !== 0) {
    throw new Error(`the checker did not run: ${ran.error ?? ran.stderr}`);
  }
  const found = new Map(names.map((name) => [name, []]));
  for (const message of JSON.parse(ran.stdout).messages) {
    const name = path.relative(output, decodeURI(new URL(message.url).pathname));
    found.get(name).push(message);
  }
  return found;
}

for (const [names, allowed] of [
  [site, () => false],
  [proofs, isAllowed],
]) {
  for (const [name, messages] of names.length ? findings(names) : []) {
    const wrong = messages.filter((message) => !allowed(message));
    const what = wrong.map((message) => `\n  ${message.lastLine}:${message.firstColumn ?? ''} ${message.type}: ${message.message}`);
    tally.check(wrong.length === 0, `${name}${what.slice(0, 5).join('')}`);
  }
}
tally.end();
