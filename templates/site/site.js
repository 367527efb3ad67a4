// What only a script can do on the refer-us page: copy, the system's share sheet, and the code of a personal link (?ref=CODE).
// Nothing is stored and nothing is fetched; without this file the page still works.
(() => {
  "use strict";

  const code = new URLSearchParams(location.search).get("ref") ?? "";
  const personal = /^[A-Za-z0-9-]{4,32}$/.test(code);
  const withCode = (url) => `${url}?ref=${code}`;

  // Opened from a disk, a link to a folder would list it; meant is the page in it.
  if (location.protocol === "file:") {
    for (const link of document.querySelectorAll("a[href]")) {
      if (link.protocol === "file:" && link.pathname.endsWith("/")) link.pathname += "index.html";
    }
  }

  // The code follows the reader from one page or language to the refer-us page in another.
  if (personal) {
    for (const link of document.querySelectorAll("a[href]")) {
      if (link.host === location.host && /\/refer\/(index\.html)?$/.test(link.pathname)) link.search = `?ref=${code}`;
    }
  }

  // A list of languages left open closes on Escape and on a click beside it, as menus do.
  const languages = document.querySelector(".languages details");
  if (languages) {
    document.addEventListener("click", (event) => {
      if (!languages.contains(event.target)) languages.open = false;
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !languages.open) return;
      languages.open = false;
      languages.querySelector("summary").focus();
    });
  }

  const kit = document.querySelector("[data-url]");
  if (!kit) return;
  const url = kit.dataset.url;
  const words = kit.querySelector("[data-words]");

  if (personal) {
    words.textContent = words.textContent.replaceAll(url, withCode(url));
    for (const link of kit.querySelectorAll("a[href]")) {
      const href = link.getAttribute("href");
      link.setAttribute("href", href.replaceAll(encodeURIComponent(url), encodeURIComponent(withCode(url))));
    }
    document.querySelector('input[name="ref"]').value = code;
    const note = document.querySelector("[data-code]");
    note.querySelector("code").textContent = code;
    note.hidden = false;
  }

  const show = (button) => { button.hidden = button.parentElement.hidden = false; };

  const copy = kit.querySelector("[data-copy]");
  if (navigator.clipboard) {
    const label = copy.textContent;
    show(copy);
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(words.textContent);
      } catch {
        getSelection().selectAllChildren(words);
        return;
      }
      copy.textContent = copy.dataset.done;
      kit.querySelector("[data-status]").textContent = copy.dataset.done;
      setTimeout(() => { copy.textContent = label; }, 4000);
    });
  }

  const sheet = kit.querySelector("[data-sheet]");
  if (navigator.share) {
    show(sheet);
    sheet.addEventListener("click", () => {
      // Closing the sheet without choosing rejects the promise; that is not a fault.
      navigator.share({ title: kit.dataset.subject, text: words.textContent }).catch(() => {});
    });
  }
})();
