import { chromium } from 'playwright-core';
const base = process.argv[2]; const only = process.argv[3];
const pages = { gallery: '/', gallery27: '/?year=2027', preview: '/preview/2027-01-newsletter/liisa-tamm', phone: '/preview/2027-01-newsletter/liisa-tamm?width=phone&dark=1', text: '/preview/2027-01-newsletter/liisa-tamm?tab=text', checks: '/preview/2027-01-newsletter/liisa-tamm?tab=checks', audience: '/preview/2027-01-newsletter/liisa-tamm?tab=audience', headers:'/preview/2027-01-newsletter/liisa-tamm?tab=headers', source:'/preview/2027-01-newsletter/liisa-tamm?tab=source', beside: '/preview/2027-01-newsletter/liisa-tamm?width=phone&beside=' + (process.argv[4] ?? '') };
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const [name, path] of Object.entries(pages)) {
  if (only && !only.split(',').includes(name)) continue;
  for (const [width, scheme] of [[1280, 'light'], [1280, 'dark'], [375, 'light']]) {
    const page = await browser.newPage({ colorScheme: scheme, viewport: { width, height: 900 } });
    page.on('console', (m) => m.type() !== 'log' && console.log(name, m.type(), m.text()));
    page.on('pageerror', (e) => console.log(name, 'ERR', e));
    await page.goto(base + path, { waitUntil: 'load' });
    await page.waitForTimeout(400);
    await page.screenshot({ path: `/tmp/shots/${name}-${width}-${scheme}.png`, fullPage: width === 375 });
    await page.close();
  }
}
await browser.close();
