// What Chromium makes of the HTML files of a folder, as JSON: their text, elements, attributes, and whether anything ran.
//
//     NODE_PATH=<folder of node_modules with playwright-core> node tests/acceptance/read_pages.cjs FOLDER

const fs = require("fs");
const path = require("path");
const { chromium } = require("playwright-core");

const see = () => {
  const elements = [...document.querySelectorAll("*")];
  return {
    text: document.body.innerText,
    title: document.querySelector("p[title]").title,
    tags: elements.map((element) => element.tagName).join(" "),
    attributes: elements.map((element) => element.getAttributeNames().join(",")).join(" "),
  };
};

(async () => {
  const folder = process.argv[2];
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
  const page = await browser.newPage();
  let ran = [];
  let asked = [];
  page.on("dialog", (dialog) => {
    ran.push(dialog.message());
    return dialog.dismiss();
  });
  // The pictures of the message itself are parts of it and not there; every other line on the console is somebody's.
  page.on("console", (message) => message.location().url.startsWith("cid:") || ran.push(message.text()));
  // Nothing leaves this machine.
  await page.route("**/*", (route) => {
    const url = route.request().url();
    if (!url.startsWith("cid:")) asked.push(url);
    return route.abort();
  });
  const seen = {};
  for (const name of fs.readdirSync(folder).filter((name) => name.endsWith(".html")).sort()) {
    ran = [];
    asked = [];
    await page.setContent(fs.readFileSync(path.join(folder, name), "utf8"), { waitUntil: "domcontentloaded" });
    seen[name] = { ...(await page.evaluate(see)), ran, asked };
  }
  await browser.close();
  process.stdout.write(JSON.stringify(seen));
})();
