// Uses the preview in Chromium as a person does: the year, a mailing, other readers, other lights; edits files and sees them change;
// breaks a template and mends it; sends a proof into a sink. Runs axe over the year and the preview.
//
//     CHROMIUM=/usr/bin/chromium node serve.mjs [the bevara to run]

import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Tally } from './output.mjs';
import { REPOSITORY, browser as launch, demo, start } from './server.mjs';
import { sink } from './sink.mjs';

const binary = path.resolve(process.argv[2] ?? path.join(REPOSITORY, 'target/release/bevara'));
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const MAILING = '2027-01-newsletter';
const PATIENCE = 120_000;
const tally = new Tally();
const root = demo();
const relay = await sink();
const server = await start(binary, root, { BEVARA_SMTP_URL: relay.url });
const browser = await launch();
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: false });
const page = await context.newPage();
page.setDefaultTimeout(PATIENCE);
const complaints = [];
page.on('pageerror', (error) => complaints.push(String(error)));
// That frames run no script is meant: what is asked here inside of them is reported as blocked.
const isMeant = (text) => text.startsWith('Blocked script execution in');
page.on('console', (message) => message.type() === 'error' && !isMeant(message.text()) && complaints.push(message.text()));

const frame = () => page.frameLocator('iframe').first();
const button = (name) => page.getByRole('button', { name, exact: true });
const tab = (name) => page.getByRole('tab', { name, exact: true });

/** Waits until something holds; what it is in the end. */
async function until(what, holds) {
  const end = Date.now() + PATIENCE;
  let last = false;
  while (!last && Date.now() < end) {
    last = await holds().catch(() => false);
    if (!last) await page.waitForTimeout(50);
  }
  tally.check(last, what);
}

function edit(name, change) {
  const file = path.join(root, name);
  const before = fs.readFileSync(file, 'utf8');
  const after = change(before);
  fs.writeFileSync(`${file}.new~`, after);
  fs.renameSync(`${file}.new~`, file);
  return () => fs.writeFileSync(file, before);
}

async function checkWithAxe(where) {
  for (const width of [1280, 375]) {
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.evaluate(axe);
      // What is still fading in has no contrast yet.
      await page.evaluate(() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished)));
      const { violations } = await page.evaluate(() =>
        globalThis.axe.run(document, {
          // What is inside a message is looked at by axe.mjs.
          iframes: false,
          runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
        }),
      );
      const what = violations.map((one) => `\n  ${one.id}: ${one.help}\n    ${one.nodes.map((node) => node.html.slice(0, 160)).slice(0, 3).join('\n    ')}`);
      tally.check(violations.length === 0, `${where} at ${width} px, ${colorScheme}${what.join('')}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      tally.check(wide <= 0, `${where} at ${width} px is ${wide} px wider than the screen`);
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
}

// The year, and the way into a mailing.
await page.goto(`${server.base}/?year=2027`);
await until('the year shows how many get a mailing', async () => /\d/.test(await page.locator(`li:has(a[href="/preview/${MAILING}"]) .number`).first().innerText()));
await checkWithAxe('the year');
const card = page.locator(`.cards:not(.now .cards) li:has(a[href="/preview/${MAILING}"])`);
await card.scrollIntoViewIfNeeded();
await until('a mailing is there as a small picture', async () =>
  (await card.frameLocator('iframe').locator('body').innerText()).length > 200,
);
await card.locator('a').click();
await page.waitForURL(`**/preview/${MAILING}/*`);
await until('the message is there', async () => (await frame().locator('body').innerText()).length > 200);
await checkWithAxe('the preview');

// Other readers.
const first = page.url();
await page.keyboard.press('ArrowRight');
await until('an arrow goes to the next reader', async () => page.url() !== first);
await page.waitForLoadState('load');
await page.keyboard.press('ArrowLeft');
await until('and back', async () => page.url() === first);
await page.waitForLoadState('load');
await page.keyboard.press('/');
await page.keyboard.type('anna lind');
await until('the search finds', async () => (await page.locator('#hits a').count()) > 0);
await page.keyboard.press('Enter');
await page.waitForURL(`**/preview/${MAILING}/anna-lind`);
await until('her message is hers', async () => (await frame().locator('body').innerText()).includes('Hej Anna'));
await page.getByRole('link', { name: 'nb Norsk', exact: true }).click();
await until('another language is another message', async () => (await frame().locator('html').getAttribute('lang')) === 'nb');
await page.getByRole('link', { name: 'Tier C', exact: true }).click();
await until('another tier is another reader', async () => (await page.locator('.facts').innerText()).includes('Tier\nC'));

// Other lights and widths, all of which stand in the address.
await page.goto(`${server.base}/preview/${MAILING}/anna-lind`);
const width = () => page.locator('.device').first().evaluate((device) => device.clientWidth);
const ground = () => frame().locator('body').evaluate((body) => getComputedStyle(body).backgroundColor);
const wide = await width();
await button('Phone').click();
await until('a phone is narrow', async () => (await width()) < 380 && wide > 380);
await button('Tablet').click();
await until('a tablet is wider', async () => (await width()) > 700);
await button('Desktop').click();
const light = await ground();
await page.keyboard.press('d');
await until('d is the night', async () => (await ground()) !== light);
await until('and stands in the address', async () => page.url().includes('dark=1'));
await button('Forced dark').click();
await until('there is one night at a time', async () => (await button('Dark').getAttribute('aria-pressed')) === 'false' && page.url().includes('forced=1'));
await until('mail programs turn it dark by themselves', async () =>
  (await frame().locator('html').evaluate((html) => getComputedStyle(html).filter)).includes('invert'),
);
await button('Forced dark').click();
await until('and the day comes back', async () => (await ground()) === light && !page.url().includes('forced'));
const shown = () => frame().locator('img').first().evaluate((image) => image.naturalWidth);
await until('there are pictures', async () => (await shown()) > 0);
await button('Images').click();
await until('and none without them', async () => (await shown()) === 0 && page.url().includes('images=off'));
await button('Images').click();
complaints.length = 0;
await page.keyboard.press('t');
await until('t is the text', async () => (await page.locator('pre.plain').innerText()).startsWith('Hej '));
for (const [name, part] of [['Source', 'Content-Type: multipart/'], ['Headers', 'List-Unsubscribe'], ['Checks', 'Checked and good'], ['Audience', 'left out'], ['Changes', 'not built yet']]) {
  await tab(name).click();
  await until(`${name} shows it`, async () => (await tab(name).getAttribute('aria-selected')) === 'true' && (await page.locator('#panel').innerText()).includes(part));
}
await page.goto(`${server.base}/preview/${MAILING}/anna-lind?width=phone&beside=liisa-tamm`);
await until('two stand side by side', async () => (await page.locator('iframe').count()) === 2);
await page.goto(`${server.base}/preview/${MAILING}/anna-lind?beside=liisa-tamm`);
await until('on a desk neither is cut', async () =>
  page.locator('.device').evaluateAll((devices) =>
    devices.length === 2 && devices.every((device) => {
      const shown = device.firstElementChild;
      const inside = shown.contentDocument.documentElement;
      return inside.scrollWidth <= shown.clientWidth && shown.getBoundingClientRect().right <= device.getBoundingClientRect().right + 1;
    }),
  ),
);

// Following each save.
await page.goto(`${server.base}/preview/${MAILING}/anna-lind`);
await until('the message is there again', async () => (await frame().locator('body').innerText()).length > 200);
await frame().locator('html').evaluate((html) => html.ownerDocument.defaultView.scrollTo(0, 300));
const text = 'content/newsletters/2027-01.sv.md';
const undo = edit(text, (markdown) => `${markdown}\nEn rad till.\n`);
await until('a save is seen without reloading', async () => (await frame().locator('body').innerText()).includes('En rad till.'));
const isInSight = (words) =>
  frame().getByText(words).evaluate((block) => {
    const { top, bottom } = block.getBoundingClientRect();
    return top >= 0 && bottom <= block.ownerDocument.defaultView.innerHeight;
  });
await until('what changed is in sight', async () => isInSight('En rad till.'));
tally.check(await frame().locator('.bevara-changed').count().then((count) => count > 0), 'and marked');
undo();
await until('and its undoing', async () => !(await frame().locator('body').innerText()).includes('En rad till.'));
const mend = edit('templates/email/newsletter.html', (html) => `${html}{% if %}`);
const broken = page.getByRole('region', { name: 'What is broken' });
await until('what is broken is said', async () => (await broken.innerText()).includes('templates/email/newsletter.html:'));
tally.check((await frame().locator('body').innerText()).includes('Hej Anna'), 'over the last good render');
await checkWithAxe('the preview of something broken');
mend();
await until('and no more when it is mended', async () => broken.isHidden());

// A proof.
await page.locator('#proof select').selectOption({ index: 1 });
await button('Send me a proof').click();
await until('a proof arrives', async () => relay.letters.length === 1);
await until('and it is said', async () => (await page.locator('#proof-said').innerText()).startsWith('Sent to'));
tally.check(relay.letters[0]?.to[0]?.endsWith('@lindholm-saar.example'), 'it goes to the team');
tally.check(relay.letters[0]?.message.includes('Subject:'), 'it is the message');

// The site and the report, in a frame and by themselves.
await page.goto(`${server.base}/show/site/`);
await until('the site is there', async () => (await frame().locator('h1').innerText()).length > 0);
await checkWithAxe('the site in its frame');
await page.getByRole('link', { name: 'en', exact: false }).first().click();
await until('in another language', async () => (await frame().locator('html').getAttribute('lang')) === 'en');
const home = edit('content/pages/index.en.md', (markdown) => `${markdown}\nOne more line.\n`);
await until('a saved page is seen without reloading', async () => (await frame().locator('body').innerText()).includes('One more line.'));
home();
const day = await ground();
await button('Dark').click();
await until('a page has its night', async () => (await ground()) !== day);
await page.goto(`${server.base}/show/report/`);
await until('the report is there', async () => (await frame().locator('h1').innerText()).length > 0);
await checkWithAxe('the report in its frame');
await frame().locator('nav a').nth(1).click();
await page.waitForURL('**/show/report/*.html*');
for (const place of ['/site/', '/site/en/refer/', '/report/']) {
  const answer = await page.goto(server.base + place);
  tally.check(answer.status() === 200, `${place} is there`);
}
tally.check(complaints.length === 0, `the console says ${complaints.join('; ')}`);

await browser.close();
server.stop();
relay.close();
await new Promise((ended) => server.child.once('exit', ended));
tally.check(server.child.exitCode === 0, `it ends with ${server.child.exitCode}`);
fs.rmSync(root, { recursive: true });
if (tally.failed > 0) console.log(server.said.join('\n'));
tally.end();
