// Runs the Nu Html Checker over the site, the report and the proofs of mailings.
//
//     node nu.mjs [output folder]
//
// In mail, and only there, the presentational attributes that Outlook needs are allowed; nothing else is, not even a warning.

import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import vnu from 'vnu-jar';
import { Tally, pages, serve } from './output.mjs';

const PRESENTATIONAL = ['bgcolor', 'align', 'valign', 'width', 'height', 'cellpadding', 'cellspacing', 'border'];

const output = path.resolve(process.argv[2] ?? '../../output');
const { site, proofs, report } = pages(output);
const tally = new Tally();
tally.check(site.length > 0, 'there is a site');
tally.check(proofs.length > 0, 'there are proofs');
tally.check(report.length > 0, 'there is a report');

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

// The site stands at the root of its server, as it does where it is published: its content security policy counts on that.
for (const [folder, prefix, names, allowed] of [
  [path.join(output, 'site'), 'site/', site, () => false],
  [output, '', report, () => false],
  [output, '', proofs, isAllowed],
]) {
  const { server, base } = await serve(folder);
  for (const [address, messages] of await findings(names.map((name) => `${base}/${name.slice(prefix.length)}`))) {
    const wrong = messages.filter((message) => !allowed(message));
    const what = wrong.map((message) => `\n  ${message.lastLine}:${message.firstColumn ?? ''} ${message.type}: ${message.message}`);
    tally.check(wrong.length === 0, `${address.slice(base.length + 1)}${what.slice(0, 5).join('')}`);
  }
  server.close();
}
tally.end();
