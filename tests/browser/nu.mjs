// Runs the Nu Html Checker over the site, the report and the proofs of mailings.
//
//     node nu.mjs [output folder…]
//
// In mail, and only there, the presentational attributes that Outlook needs are allowed; nothing else is, not even a warning.

import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import vnu from 'vnu-jar';
import { Tally, pages, serve } from './output.mjs';

const PRESENTATIONAL = ['bgcolor', 'align', 'valign', 'width', 'height', 'cellpadding', 'cellspacing', 'border'];

const given = process.argv.slice(2);
const outputs = (given.length > 0 ? given : ['../../output']).map((folder) => path.resolve(folder));
const tally = new Tally();

function isAllowed(message) {
  const attribute = /^The “([a-z]+)” attribute on the “[a-z]+” element is obsolete/.exec(message.message)?.[1];
  return attribute !== undefined && PRESENTATIONAL.includes(attribute);
}

/** What the checker says about some addresses, by address. What it could not fetch in its five seconds is asked for once more. */
async function findings(addresses, isLast = false) {
  const jar = ['-Dnu.validator.servlet.allow-forbidden-hosts=true', '-jar', vnu.vnuJar ?? vnu, '--format', 'json', '--exit-zero-always', '--stdout'];
  const { stdout } = await promisify(execFile)('java', [...jar, ...addresses], { maxBuffer: 1 << 30 });
  const found = new Map(addresses.map((address) => [address, []]));
  for (const message of JSON.parse(stdout).messages) found.get(message.url).push(message);
  const missed = addresses.filter((address) => found.get(address).some(({ type }) => type === 'non-document-error'));
  const second = missed.length > 0 && !isLast ? await findings(missed, true) : [];
  for (const [address, messages] of second) found.set(address, messages);
  return found;
}

/** The pages of some folders, each with what it is called, and whether a message about it is allowed. */
const asked = new Map();
const servers = [];
for (const output of outputs) {
  const { site, proofs, report } = pages(output);
  tally.check(site.length > 0 && proofs.length > 0 && report.length > 0, `there are pages, proofs and a report in ${output}`);
  // The site stands at the root of its server, as it does where it is published: its content security policy counts on that.
  for (const [folder, prefix, names, allowed] of [
    [path.join(output, 'site'), 'site/', site, () => false],
    [output, '', report, () => false],
    [output, '', proofs, isAllowed],
  ]) {
    const { server, base } = await serve(folder);
    servers.push(server);
    for (const name of names) asked.set(`${base}/${name.slice(prefix.length)}`, { name: `${output}/${name}`, allowed });
  }
}
for (const [address, messages] of await findings([...asked.keys()])) {
  const { name, allowed } = asked.get(address);
  const wrong = messages.filter((message) => !allowed(message));
  const what = wrong.map((message) => `\n  ${message.lastLine}:${message.firstColumn ?? ''} ${message.type}: ${message.message}`);
  tally.check(wrong.length === 0, `${name}${what.slice(0, 5).join('')}`);
}
servers.forEach((server) => server.close());
tally.end();
