// What a reader does on the public site, done in Chromium: recommends somebody with the form, passes on the ready-made text, changes the
// language. With a script and without. Every request is recorded: nobody but the site's own server is asked, nothing stands in the way of
// the first picture of a page, and a page weighs little. Then the same files are opened from the disk, and from a folder of a host.
//
//     CHROMIUM=/usr/bin/chromium BEVARA=../../target/release/bevara node site.mjs [programme]
//
// The programme is copied, its form posts to this machine, and it is built into a temporary folder.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { Tally, pages, serve } from './output.mjs';

/** The most that a page may weigh without its pictures, in bytes: the page itself and everything it loads. */
const HEAVIEST = 60 * 1024;
const CODE = 'k7f2m9q4xa';
const ANSWERS = {
  name: 'Ylva Ström',
  email: 'ylva@hornsgarden.example',
  friend_name: 'Øyvind Åkesson, Kanal & Søn',
  friend_contact: '+47 55 50 11 02',
  message: 'They moved in last week.\nAsk for "Øyvind".',
};

const programme = path.resolve(process.argv[2] ?? '../..');
const bevara = path.resolve(process.env.BEVARA ?? '../../target/release/bevara');
const tally = new Tally();

/** An endpoint on this machine that keeps what was posted, and thanks. */
async function endpoint() {
  const posted = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      if (request.method === 'POST') posted.push({ type: request.headers['content-type'], fields: new URLSearchParams(body) });
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end('<!doctype html><html lang="en"><title>Thank you</title><h1>Thank you</h1>');
    });
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { server, posted, url: `http://127.0.0.1:${server.address().port}/tell` };
}

/** A copy of the programme whose form posts to `action`, built; its output folder. */
function build(action) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bevara-site-'));
  for (const part of ['bevara.yaml', 'content', 'templates', 'contacts']) {
    fs.cpSync(path.join(programme, part), path.join(folder, part), { recursive: true });
  }
  const settings = path.join(folder, 'bevara.yaml');
  const text = fs.readFileSync(settings, 'utf8');
  fs.writeFileSync(settings, text.replace(/^( {2}form_action: ).*$/m, `$1${action}`));
  execFileSync(bevara, ['-C', folder, '-q', '--today', '2026-11-21', 'build', '--messages', 'none']);
  return folder;
}

/** A page that keeps account of its requests and complaints. */
async function open(context, url) {
  const page = await context.newPage();
  page.requests = [];
  page.complaints = [];
  page.on('request', (request) => page.requests.push(request));
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && page.complaints.push(message.text()));
  await page.goto(url, { waitUntil: 'load' });
  return page;
}

/** Fills the form as a hand does, key by key, and sends it. */
async function recommend(page) {
  for (const [name, answer] of Object.entries(ANSWERS)) {
    await page.locator(`[name="${name}"]`).click();
    await page.keyboard.type(answer);
  }
  await page.locator('button[type="submit"]').click();
}

async function theForm(browser, base, posts) {
  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with a script' : 'without a script';
    const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 375, height: 812 } });
    const page = await open(context, `${base}/en/refer/?ref=${CODE}`);
    posts.length = 0;
    await recommend(page);
    await page.waitForTimeout(300);
    tally.check(posts.length === 0, `${how}: the form is not sent without the friend's consent`);
    await page.locator('[name="consent"]').check();
    await page.locator('button[type="submit"]').click();
    await page.getByRole('heading', { name: 'Thank you' }).waitFor();
    tally.check(posts.length === 1, `${how}: the form is posted once`);
    const sent = Object.fromEntries(posts[0].fields);
    const expected = { language: 'en', ref: javaScriptEnabled ? CODE : '', ...ANSWERS, consent: 'yes' };
    expected.message = expected.message.replaceAll('\n', '\r\n');
    for (const [name, value] of Object.entries(expected)) {
      tally.check(sent[name] === value, `${how}: ${name} is ${JSON.stringify(sent[name])}, not ${JSON.stringify(value)}`);
    }
    tally.check(Object.keys(sent).length === Object.keys(expected).length, `${how}: nothing else is sent: ${Object.keys(sent)}`);
    tally.check(page.complaints.length === 0, `${how}: ${page.complaints.join('; ')}`);
    await context.close();
  }
}

const shareLinks = (page) => page.$$eval('.share a', (links) => links.map((link) => decodeURIComponent(link.href)));

async function thePersonalLink(browser, base) {
  const context = await browser.newContext();
  const plain = await open(context, `${base}/refer/`);
  const words = await plain.textContent('[data-words]');
  const address = await plain.getAttribute('[data-url]', 'data-url');
  tally.check(words.includes(address), 'the text to pass on says where to go');
  const inside = await plain.innerHTML('main');

  const page = await open(context, `${base}/refer/?ref=${CODE}`);
  const personal = `${address}?ref=${CODE}`;
  tally.check((await page.textContent('[data-words]')) === words.replaceAll(address, personal), 'the code is in the text to pass on');
  const links = await shareLinks(page);
  tally.check(links.length === 4 && links.every((link) => link.includes(personal)), `the code is in every way to share: ${links}`);
  tally.check((await page.inputValue('[name="ref"]')) === CODE, 'the code is in the form');
  tally.check(await page.getByText(CODE, { exact: true }).isVisible(), 'the reader sees which code goes with the form');

  // What is no code leaves the page as it was; the page cannot know which codes there are, and need not.
  for (const other of ['', 'a', '%3Cscript%3Ealert(1)%3C/script%3E', '..%2F..', 'x'.repeat(65), 'a%20b', '%22onload=']) {
    await page.goto(`${base}/refer/?ref=${other}`);
    tally.check((await page.innerHTML('main')) === inside, `?ref=${other} changes nothing`);
  }
  tally.check((await context.cookies()).length === 0, 'no cookie is set');
  const stored = await page.evaluate(() => localStorage.length + sessionStorage.length);
  tally.check(stored === 0, 'nothing is stored');
  tally.check(page.complaints.length === 0, `the personal link: ${page.complaints.join('; ')}`);
  await context.close();
}

async function theShareKit(browser, base) {
  const context = await browser.newContext({ viewport: { width: 375, height: 667 }, permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await open(context, `${base}/nb/refer/?ref=${CODE}`);
  const copy = page.locator('[data-copy]');
  const before = await copy.textContent();
  await copy.click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  tally.check(copied === (await page.textContent('[data-words]')) && copied.includes(CODE), 'the button copies the text, code included');
  tally.check((await copy.textContent()) !== before, 'the button says that it did');
  tally.check((await page.textContent('[data-status]')) !== '', 'a screen reader hears it too');
  const kit = await page.locator('.share').boundingBox();
  tally.check(kit.y + kit.height <= 667, `the share kit ends at ${Math.round(kit.y + kit.height)} px, within the first screen of a phone`);
  await context.close();

  // Without a script, or without a clipboard, there is no button that does nothing.
  const without = await browser.newContext({ javaScriptEnabled: false });
  const plain = await open(without, `${base}/nb/refer/`);
  tally.check(!(await plain.locator('[data-copy]').isVisible()), 'without a script there is no copy button');
  tally.check((await shareLinksWithout(plain)).every((href) => href.includes('refer')), 'without a script the ways to share are there');
  await without.close();
}

async function shareLinksWithout(page) {
  const links = await page.locator('.share a').all();
  return Promise.all(links.map(async (link) => decodeURIComponent(await link.getAttribute('href'))));
}

async function theLanguage(browser, base) {
  for (const javaScriptEnabled of [true, false]) {
    const context = await browser.newContext({ javaScriptEnabled });
    for (const [from, to, language] of [
      ['/refer/', '/en/refer/', 'English'],
      ['/en/', '/et/', 'Eesti'],
      ['/et/archive/2026-05-newsletter/', '/archive/2026-05-newsletter/', 'Svenska'],
    ]) {
      const page = await open(context, `${base}${from}?ref=${CODE}`);
      await page.locator('.languages summary').click();
      await page.locator('.languages').getByRole('link', { name: language }).click();
      await page.waitForURL((url) => url.pathname === to, { timeout: 5000 }).catch(() => {});
      const { pathname, search } = new URL(page.url());
      tally.check(pathname === to, `from ${from} to ${language} leads to ${pathname}`);
      if (javaScriptEnabled && to.endsWith('/refer/')) tally.check(search === `?ref=${CODE}`, 'the code comes along into the other language');
      await page.close();
    }
    await context.close();
  }
}

/** Loads every page from nothing, as a first visitor does, and looks at what was asked for. */
async function theRequests(browser, base, names) {
  let heaviest = 0;
  for (const name of names) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const sizes = new Map();
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    const kinds = new Map();
    session.on('Network.requestWillBeSent', ({ requestId, request, type }) => kinds.set(requestId, { url: request.url, type }));
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => sizes.set(requestId, encodedDataLength));
    await page.goto(`${base}/${name}`, { waitUntil: 'networkidle' });
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await page.waitForLoadState('networkidle');
    const asked = [...kinds.values()].map(({ url }) => url).filter((url) => !url.startsWith('data:'));
    const strangers = asked.filter((url) => !url.startsWith(`${base}/`));
    tally.check(strangers.length === 0, `${name} asks ${strangers.join(', ')}`);
    const blocking = await page.evaluate(() =>
      performance.getEntriesByType('resource').filter((entry) => entry.renderBlockingStatus === 'blocking').map((entry) => entry.name),
    );
    tally.check(blocking.length === 0, `${name} waits for ${blocking.join(', ')}`);
    let weight = 0;
    for (const [id, { type }] of kinds) if (type !== 'Image') weight += sizes.get(id) ?? 0;
    heaviest = Math.max(heaviest, weight);
    tally.check(weight > 0 && weight <= HEAVIEST, `${name} weighs ${weight} bytes without its pictures`);
    await context.close();
  }
  console.log(`${names.length} pages; the heaviest takes ${heaviest} bytes without its pictures, uncompressed`);
}

/** What a page shows that is not there, and where its links lead. */
async function surroundings(page) {
  return page.evaluate(async () => {
    for (const image of document.images) image.loading = 'eager';
    await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
    return {
      broken: [...document.images].filter((image) => image.naturalWidth === 0).map((image) => image.src),
      links: [...document.querySelectorAll('a[href], link[rel="icon"], link[type="application/atom+xml"]')].map((link) => link.href),
    };
  });
}

/** Follows every link from the front page as a reader does who has the files on a disk or has put them into a folder of a host. */
async function elsewhere(browser, where, start, fileOf) {
  const seen = new Set([start]);
  const context = await browser.newContext();
  for (const address of seen) {
    const page = await open(context, address);
    const { broken, links } = await surroundings(page);
    tally.check(broken.length === 0, `${where}: ${address} misses ${broken}`);
    tally.check(page.complaints.length === 0, `${where}: ${address}: ${page.complaints.join('; ')}`);
    for (const link of links.map((link) => link.split('#')[0])) {
      const file = fileOf(link);
      if (file === undefined) continue;
      const there = fs.existsSync(file) && fs.statSync(file).isFile();
      tally.check(there, `${where}: ${address} leads to ${link}, where nothing is`);
      if (there && file.endsWith('.html')) seen.add(link);
    }
    await page.close();
  }
  await context.close();
  return seen.size;
}

/** The files as they lie in a folder, without a server. */
async function theDisk(browser, site) {
  const home = pathToFileURL(path.join(site, 'index.html')).href;
  const count = await elsewhere(browser, 'from the disk', home, (link) =>
    link.startsWith('file:') ? fileURLToPath(link.split('?')[0]) : undefined,
  );
  const context = await browser.newContext();
  const page = await open(context, home);
  await page.locator('main a[href*="refer/"]').first().click();
  await page.waitForURL(/\/refer\/index\.html$/);
  tally.check((await page.locator('h1').count()) === 1, 'from the disk: a link leads to the refer-us page');
  await page.locator('.languages summary').click();
  await page.locator('.languages').getByRole('link', { name: 'English' }).click();
  await page.waitForURL(/\/en\/refer\/index\.html$/);
  tally.check((await page.getAttribute('html', 'lang')) === 'en', 'from the disk: the language changes');
  await context.close();
  return count;
}

/** The same files two folders down on a host that nobody told bevara of. */
async function theFolder(browser, site) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'bevara-host-'));
  fs.cpSync(site, path.join(root, 'try/out'), { recursive: true });
  const { server, base } = await serve(root);
  const fileOf = (link) => {
    if (!link.startsWith(`${base}/`)) return undefined;
    const below = path.join(root, decodeURIComponent(new URL(link).pathname));
    return below.endsWith('/') ? `${below}index.html` : below;
  };
  const count = await elsewhere(browser, 'in a folder', `${base}/try/out/`, fileOf);
  server.close();
  fs.rmSync(root, { recursive: true });
  return count;
}

const { server: form, posted, url } = await endpoint();
const folder = build(url);
const output = path.join(folder, 'output');
const { server, base } = await serve(path.join(output, 'site'));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking'],
});
try {
  await theForm(browser, base, posted);
  await thePersonalLink(browser, base);
  await theShareKit(browser, base);
  await theLanguage(browser, base);
  const site = path.join(output, 'site');
  const all = pages(output).site.length;
  for (const reached of [await theDisk(browser, site), await theFolder(browser, site)]) {
    tally.check(reached === all - 1, `links lead to ${reached} of ${all} pages, all but the one for missing pages`);
  }
  await theRequests(browser, base, pages(output).site.map((name) => name.slice('site/'.length)));
} finally {
  await browser.close();
  server.close();
  form.close();
  fs.rmSync(folder, { recursive: true });
}
tally.end();
