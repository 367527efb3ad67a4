// Leads from the preview to the source, and from a change to its approval, as a person does: clicks a paragraph and has it opened at
// its line by a stub editor; approves a variant on the screen, changes a word, sees it stale, and is refused by `send`. Looks at the
// preview on a phone.
//
//     CHROMIUM=/usr/bin/chromium node seen.mjs [the bevara to run]

import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Tally } from './output.mjs';
import { REPOSITORY, browser as launch, demo, start } from './server.mjs';
import { sink } from './sink.mjs';

const binary = path.resolve(process.argv[2] ?? path.join(REPOSITORY, 'target/release/bevara'));
const MAILING = '2026-12-christmas';
const TEXT = 'content/greetings/christmas.sv.md';
const PATIENCE = 60_000;
const tally = new Tally();
const root = demo();

const git = (...words) =>
  execFileSync('git', ['-c', 'user.name=Astrid', '-c', 'user.email=astrid@lindholm-saar.example', '-c', 'commit.gpgsign=false', ...words], { cwd: root });
const settings = path.join(root, 'bevara.yaml');
fs.appendFileSync(settings, '\napproval: {greeting: [ceo]}\nproofs: [astrid, sara]\n');
fs.writeFileSync(path.join(root, '.gitignore'), '/output/\n/stub\n/opened\n');
git('init', '-q', '-b', 'main', '.');
const ceo = /id: (\w+)(?:(?!\n {2}- id)[\s\S])*?ceo: true/.exec(fs.readFileSync(settings, 'utf8'))[1];
const address = /email: (\S+)/.exec(fs.readFileSync(settings, 'utf8').split(`id: ${ceo}`)[1])[1];
git('config', 'user.email', address);
git('add', '-A');
git('commit', '-q', '-m', 'as it is');

// The stub writes down what it is asked to open.
const opened = path.join(root, 'opened');
const stub = path.join(root, 'stub');
fs.writeFileSync(stub, `#!/bin/sh\nprintf '%s:%s\\n' "$1" "$2" >> ${opened}\n`, { mode: 0o755 });

const relay = await sink();
const server = await start(binary, root, { BEVARA_SMTP_URL: relay.url }, ['--editor', `${stub} {file} {line}`]);
const browser = await launch();
const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
page.setDefaultTimeout(PATIENCE);
const complaints = [];
page.on('pageerror', (error) => complaints.push(String(error)));

const frame = () => page.frameLocator('#frames iframe').first();

/** Waits until something holds; what it is in the end. */
async function until(what, holds) {
  const end = Date.now() + PATIENCE;
  let last = false;
  while (!last && Date.now() < end) {
    last = await Promise.resolve(holds()).catch(() => false);
    if (!last) await page.waitForTimeout(100);
  }
  tally.check(last, what);
}

const asked = () => (fs.existsSync(opened) ? fs.readFileSync(opened, 'utf8').trim().split('\n') : []);
const lineOf = (file, words) => fs.readFileSync(path.join(root, file), 'utf8').split('\n').findIndex((line) => line.includes(words)) + 1;

// From a paragraph to its line, by the mouse and by the keyboard.
await page.goto(`${server.base}/preview/2027-01-newsletter/anna-lind`);
const text = 'content/newsletters/2027-01.sv.md';
const block = frame().locator(`[data-source^="${text}:"]`).nth(2);
const origin = await block.getAttribute('data-source');
await block.click();
await until('a click opens the source at its line', () => asked().at(-1)?.endsWith(origin));
const second = frame().locator(`p[data-source^="${text}:"]`).nth(1);
await second.focus();
await page.keyboard.press('Enter');
const other = await second.getAttribute('data-source');
await until('Enter does so too', () => asked().length === 2 && asked()[1].endsWith(other));
await until('the standing text leads to its own file', async () => (await frame().locator('[data-source^="content/keep-in-mind.sv.md:"]').count()) > 0);
await page.goto(`${server.base}/show/site/`);
const home = 'content/pages/index.sv.md';
const paragraph = frame().locator(`p[data-source^="${home}:"]`).first();
await paragraph.click();
const third = await paragraph.getAttribute('data-source');
await until('a page of the site leads to its text', () => asked().at(-1)?.endsWith(third));

// What is found leads to its source as well.
fs.appendFileSync(path.join(root, text), '\n[ ](https://lindholm-saar.example)\n');
await page.goto(`${server.base}/preview/2027-01-newsletter/anna-lind?tab=checks`);
const place = page.locator('#panel button.source').first();
await until('a finding is there', async () => (await place.count()) > 0);
await place.click();
await until('and leads to its place', () => asked().length === 4);
git('checkout', '-q', '--', text);

// Approving a variant that is on the screen.
const readers = await page.goto(`${server.base}/preview/${MAILING}`);
tally.check(readers.status() === 200, 'the greeting has a reader');
const bar = page.getByRole('region', { name: 'Approval' });
await until('it is a draft', async () => (await bar.innerText()).includes('Draft, waits for ceo'));
const approve = bar.getByRole('button', { name: /^Approve [ABC]\// });
const variant = /Approve (\S+(?: [a-z])?) as/.exec(await approve.innerText())[1];
await approve.click();
await until('it is approved', async () => (await bar.innerText()).includes(`✓ ${variant} approved`));
const ledger = path.join(root, `contacts/approvals/${MAILING}.jsonl`);
tally.check(fs.readFileSync(ledger, 'utf8').includes(`"${variant}"`), 'and it is written down');
const first = page.url();
await bar.getByRole('link', { name: /^Next to approve/ }).click();
await page.waitForLoadState('load');
tally.check(page.url() !== first, 'the stepper leads to one that was not approved');
await until('which has a button of its own', async () => (await approve.count()) === 1);
await bar.getByRole('button', { name: /^Approve all/ }).click();
await until('all of it is approved', async () => (await bar.innerText()).includes('Approved'));
git('add', '-A');
git('commit', '-q', '-m', 'approved');

// A word changes: it is stale, here and for `send`.
const before = fs.readFileSync(path.join(root, TEXT), 'utf8');
const at = before.split('---').slice(0, 2).join('---').length + 3;
const word = /\n\n([A-ZÅÄÖ]\p{L}+)/u.exec(before.slice(at))[1];
fs.writeFileSync(path.join(root, TEXT), before.slice(0, at) + before.slice(at).replace(word, `Kanske ${word.toLowerCase()}`));
await until('it has changed since', async () => (await bar.innerText()).includes('Changed since'));
await until('the words that changed are named', async () => (await bar.locator('ins').first().innerText()).includes('Kanske'));
const run = (...words) => spawnSync(binary, ['--today', '2026-11-21', ...words], { cwd: root, env: { ...process.env, BEVARA_SMTP_URL: relay.url, BEVARA_LINK_KEY: 'a key of nobody' }, encoding: 'utf8' });
run('-q', 'build', '--mailing', MAILING);
const refused = run('send', MAILING, '--off-schedule', '--allow-dirty', '--offline', '--confirm', '1');
tally.check(refused.status !== 0 && relay.letters.length === 0, `send refuses: ${refused.stderr}`);
const dry = run('--format', 'json', 'send', MAILING, '--off-schedule');
tally.check(dry.stdout.includes('approved other words') && dry.stdout.includes('Kanske'), `and says which words changed: ${dry.stdout}${dry.stderr}`);
await page.goto(`${server.base}/`);
await until('the year says so', async () => (await page.locator('.state.changed').count()) > 0);

// Proofs of every variant to everybody who looks at them.
await page.goto(`${server.base}/preview/${MAILING}`);
await page.locator('#proof select').selectOption('*');
await page.getByRole('button', { name: 'One of each variant' }).click();
await until('proofs are sent to all of them', async () => /^\d+ proofs sent/.test(await page.locator('#proof-said').innerText()));
const count = Number(/^\d+/.exec(await page.locator('#proof-said').innerText())[0]);
tally.check(relay.letters.length === count && count % 2 === 0 && count > 2, `${count} proofs, ${relay.letters.length} letters`);
tally.check(!fs.existsSync(path.join(root, `contacts/journal/${MAILING}.jsonl`)), 'and no journal knows of them');

// On a phone the message comes first.
await page.setViewportSize({ width: 375, height: 812 });
await page.goto(`${server.base}/preview/2027-01-newsletter/anna-lind`);
await until('the message begins high on the screen', async () => (await page.locator('#frames').boundingBox()).y < 200);
tally.check(!(await page.getByRole('button', { name: 'Phone', exact: true }).isVisible()), 'its controls lie in a drawer');
await page.getByRole('button', { name: /Controls$/ }).click();
tally.check(await page.getByRole('button', { name: 'Phone', exact: true }).isVisible(), 'which opens');
for (const link of await page.getByRole('group', { name: 'Language' }).getByRole('link').all()) {
  const { width, height } = await link.boundingBox();
  tally.check(width >= 44 && height >= 44, `a language is ${width} × ${height} px`);
}
tally.check(complaints.length === 0, `the page says ${complaints.join('; ')}`);

await browser.close();
server.stop();
relay.close();
await new Promise((ended) => server.child.once('exit', ended));
fs.rmSync(root, { recursive: true });
if (tally.failed > 0) console.log(server.said.join('\n'));
tally.end();
