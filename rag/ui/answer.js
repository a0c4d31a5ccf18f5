/* Below an answer: copying it, and saying what one thinks of it (see answer_actions.py). */
(() => {
  "use strict";
  const root = document.documentElement;
  const SHOWN_MS = 2500;

  const say = (row, key) => {
    const place = row.querySelector(".copied");
    const words = document.getElementById(`says-${key}`).content.cloneNode(true);
    place.replaceChildren(words);
    setTimeout(() => place.replaceChildren(), SHOWN_MS);
  };

  /* Browsers allow the clipboard only right after a click, so what is still on its way is promised to it; on a page
     without https they have but the old way. */
  const put = async (text) => {
    if (window.ClipboardItem && navigator.clipboard?.write) {
      const blob = text.then((said) => new Blob([said], { type: "text/plain" }));
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
      return;
    }
    const area = document.createElement("textarea");
    area.value = await text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("not copied");
  };
  const copy = async (button) => {
    const row = button.closest(".actions");
    const { chat, message } = row.dataset;
    const asked = new URLSearchParams({ chat, message, form: button.dataset.copy, language: root.lang });
    const text = fetch(`/page/answer/copy?${asked}`).then((response) => {
      if (!response.ok) throw new Error(String(response.status));
      return response.text();
    });
    const menu = button.closest("details");
    menu.open = false;
    menu.querySelector("summary").focus();
    try {
      await put(text);
      say(row, "copied");
    } catch {
      say(row, "copy_failed");
    }
  };

  /* A turn may be drawn again from before it was judged: what was judged since is put there again. */
  const judged = new Map();
  const name = (row) => `${row.dataset.chat}/${row.dataset.message}`;
  const put_judged = () => {
    if (!judged.size) return;
    for (const row of document.querySelectorAll(".actions[data-message]")) {
      const rating = row.querySelector(".rating");
      const html = judged.get(name(row));
      if (html && rating.dataset.judged !== html) draw(row, html, false);
    }
  };
  const draw = (row, html, focus) => {
    const rating = row.querySelector(".rating");
    rating.innerHTML = html;
    rating.dataset.judged = html;
    if (focus) rating.querySelector(focus)?.focus();
  };
  const rate = async (row, given, focus) => {
    const { chat, message } = row.dataset;
    try {
      const response = await fetch("/page/answer/rating", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ chat, message, ...given }),
      });
      const html = await response.text();
      if (response.ok) {
        judged.set(name(row), html);
        draw(row, html, focus);
      } else {
        const { error } = JSON.parse(html);
        row.querySelector(".copied").replaceChildren(window.sanad.both(error.message, error.message_ar));
      }
    } catch { /* The page says that the server is gone. */ }
  };

  const menus = (keep) => {
    for (const menu of document.querySelectorAll(".copy[open]")) if (menu !== keep) menu.open = false;
  };
  document.addEventListener("click", (event) => {
    const part = event.target;
    menus(part.closest(".copy"));
    const button = part.closest("[data-copy]");
    if (button) copy(button);
    const thumb = part.closest(".thumb");
    if (!thumb) return;
    const taken = thumb.getAttribute("aria-pressed") === "true";
    const good = taken ? null : thumb.dataset.good === "true";
    rate(thumb.closest(".actions"), { good }, `.thumb[data-good="${thumb.dataset.good}"]`);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest(".remark");
    if (!form) return;
    event.preventDefault();
    const row = form.closest(".actions");
    const good = row.querySelector(".thumb[aria-pressed=true]").dataset.good === "true";
    rate(row, { good, word: form.elements.word.value }, ".remark input");
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector(".copy[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  new MutationObserver(put_judged).observe(root, { childList: true, subtree: true });
})();
