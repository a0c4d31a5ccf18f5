/* The sheet of documents: sending files, selecting documents, and which of them a chat is answered from. */
(() => {
  "use strict";
  const root = document.documentElement;
  const sheet = () => document.getElementById("library");
  const part = (id) => document.getElementById(`library-${id}`);
  const post = (body) => ({
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

  /* --- Sending files. What is to be sent lives here: a page that goes away cannot send any more. */
  const PAGE = crypto.getRandomValues(new Uint32Array(2)).join("-");
  const OFFERED_AT_ONCE = 500;
  const SENT_AT_ONCE = 2;
  let waiting = [];
  let sending = 0;
  let halt = new AbortController();

  const showProgress = async () => {
    const html = await sanad.request(sheet(), "/page/library/adding");
    if (html !== null && part("adding")) sanad.draw(part("adding"), html);
  };
  const sendNext = async () => {
    const next = waiting.shift();
    if (!next) return;
    sending += 1;
    try {
      await fetch(`/page/library/files/${next.id}`, {
        method: "PUT",
        headers: { "Content-Type": "application/octet-stream" },
        body: next.file,
        signal: halt.signal,
      });
    } catch { /* the server knows how far it has come, and says so */ }
    sending -= 1;
    sendNext();
  };
  const offer = async (files) => {
    if (!files.length) return;
    sanad.open("library");
    for (let start = 0; start < files.length; start += OFFERED_AT_ONCE) {
      const some = files.slice(start, start + OFFERED_AT_ONCE);
      const offered = some.map(({ path, file }) => [path, file.size]);
      const reply = await sanad.request(sheet(), "/page/library/offer", post({ page: PAGE, files: offered }));
      if (reply === null) return;
      JSON.parse(reply).forEach((id, at) => { if (id) waiting.push({ id, file: some[at].file }); });
      while (sending < SENT_AT_ONCE && waiting.length) sendNext();
    }
    await showProgress();
  };
  const stop = () => {
    waiting = [];
    halt.abort();
    halt = new AbortController();
  };
  addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });
  addEventListener("pagehide", () => { if (sending) navigator.sendBeacon("/page/library/left", PAGE); });

  /* Folders that are dropped come as trees. */
  const entries = (folder) => new Promise((done) => {
    const reader = folder.createReader();
    const found = [];
    const more = () => reader.readEntries((some) => {
      found.push(...some);
      if (some.length) more(); else done(found);
    }, () => done(found));
    more();
  });
  const filesOf = async (entry, above = "") => {
    if (entry.isFile) {
      const file = await new Promise((done) => entry.file(done, () => done(null)));
      return file ? [{ path: above + entry.name, file }] : [];
    }
    const below = [];
    for (const inner of await entries(entry)) below.push(...await filesOf(inner, `${above}${entry.name}/`));
    return below;
  };
  const holdsFiles = (event) => Boolean(sheet()) && [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    root.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) root.classList.remove("dropping"); });
  document.addEventListener("drop", async (event) => {
    root.classList.remove("dropping");
    if (!holdsFiles(event)) return;
    event.preventDefault();
    /* All at once: what was dropped cannot be asked any more after the first wait. */
    const dropped = [...event.dataTransfer.items].map((item) => [item.webkitGetAsEntry(), item.getAsFile()]);
    const files = [];
    for (const [entry, file] of dropped) {
      if (entry) files.push(...await filesOf(entry));
      else if (file) files.push({ path: file.name, file });
    }
    offer(files);
  });
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.matches?.("[data-picked]")) return;
    offer([...field.files].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
    field.value = "";
  });

  /* --- The list: what is looked at, and what of it is selected. */
  const selected = new Set();
  const list = () => part("list");
  const refresh = async () => {
    const form = part("search");
    if (!form) return;
    const given = new URLSearchParams(new FormData(form));
    const html = await sanad.request(sheet(), `/page/library/list?${given}`);
    if (html !== null && list()) sanad.draw(list(), html);
  };
  const mark = () => {
    for (const box of document.querySelectorAll("#library-list .pick")) box.checked = selected.has(box.value);
    const bar = part("selected");
    if (!bar) return;
    bar.hidden = !selected.size;
    for (const number of bar.querySelectorAll("[role=status] bdi")) number.textContent = selected.size.toLocaleString("en");
  };
  let typing;
  document.addEventListener("input", (event) => {
    if (event.target.id !== "library-search-field") return;
    clearTimeout(typing);
    typing = setTimeout(refresh, 250);
  });
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.matches?.("#library-search [name=sort]")) refresh();
    if (!field.matches?.("#library-list .pick")) return;
    if (field.checked) selected.add(field.value); else selected.delete(field.value);
    mark();
  });
  const selectAll = async () => {
    const given = new URLSearchParams(new FormData(part("search")));
    const reply = await sanad.request(sheet(), `/page/library/names?${given}`);
    if (reply === null) return;
    for (const source of JSON.parse(reply)) selected.add(source);
    mark();
  };
  const removeSelected = async () => {
    const given = Object.fromEntries(new FormData(part("search")));
    const html = await sanad.request(sheet(), "/page/library/remove", post({ ...given, sources: [...selected] }));
    if (html === null) return;
    selected.clear();
    sanad.draw(list(), html);
  };

  /* The library changed: the page says so elsewhere, too. */
  let changes = 0;
  const tellChanged = () => { document.dispatchEvent(new CustomEvent("sanad:library")); readChoice(); };

  /* The day that a document came, where the reader is. */
  const date = () => {
    for (const time of document.querySelectorAll(`#library-list time:not([data-lang="${root.lang}"])`)) {
      time.dataset.lang = root.lang;
      const options = { day: "numeric", month: "short", year: "numeric" };
      time.textContent = new Date(time.dateTime).toLocaleDateString(root.lang === "ar" ? "ar-u-nu-latn" : "en-GB", options);
    }
  };
  new MutationObserver(date).observe(root, { attributeFilter: ["lang"] });

  document.addEventListener("sanad:drawn", (event) => {
    if (!event.target.closest?.("#library")) return;
    const now = Number(part("progress")?.dataset.changes || 0);
    if (now !== changes) {
      changes = now;
      if (event.target.id !== "library-body") refresh();
      tellChanged();
    }
    showChoice();
    mark();
    date();
  });

  /* --- The documents of a chat. One that is not begun yet has its choice here; the server keeps that of others. */
  const DRAFT = "sanad-choice";
  const readDraft = () => {
    try { return JSON.parse(sessionStorage.getItem(DRAFT) || "[]"); } catch { return []; }
  };
  const writeDraft = (sources) => {
    try {
      if (sources.length) sessionStorage.setItem(DRAFT, JSON.stringify(sources));
      else sessionStorage.removeItem(DRAFT);
    } catch { /* a private window: it holds until the page is left */ }
  };
  const chat = () => document.querySelector(".chat-bar")?.dataset.chat || "";
  let choice = { sources: [], button: "", line: "" };
  const showChoice = () => {
    const place = document.getElementById("choice");
    if (place && place.innerHTML !== choice.button) {
      place.innerHTML = choice.button;
      place.hidden = !choice.button;
    }
    if (part("choice")) part("choice").innerHTML = choice.line;
  };
  const take = (reply) => {
    if (reply === null) return;
    choice = JSON.parse(reply);
    showChoice();
  };
  const readChoice = async () => {
    if (!sheet()) return;
    const id = chat();
    const draft = readDraft();
    if (id) {
      take(await sanad.request(sheet(), `/page/library/choice?${new URLSearchParams({ chat: id })}`));
      /* The chat that was chosen for has begun. */
      if (draft.length && JSON.stringify([...choice.sources].sort()) === JSON.stringify([...draft].sort())) writeDraft([]);
    } else take(await sanad.request(sheet(), "/page/library/choice", post({ chat: "", sources: draft })));
  };
  const choose = async (sources) => {
    const id = chat();
    const reply = await sanad.request(sheet(), "/page/library/choice", post({ chat: id, sources }));
    if (reply === null) return;
    if (!id) writeDraft(sources);
    take(reply);
    selected.clear();
    mark();
    if (!sources.length) return;
    sheet().close();
    document.querySelector("#question textarea")?.focus();
  };

  const ask = (question) => {
    sheet().close();
    const field = document.querySelector("#question textarea");
    field.value = question;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("button");
    if (!button) return;
    const { pick, select, choose: which, question, sample } = button.dataset;
    if (button.matches(".choice")) for (const source of choice.sources) selected.add(source);
    if (pick) document.querySelector(`#library [data-picked="${pick}"]`)?.click();
    if (select === "all") selectAll();
    if (select === "none") { selected.clear(); mark(); }
    if (which === "all") choose([]);
    if (which === "selected") choose([...selected]);
    if ("removeSelected" in button.dataset) { await removeSelected(); tellChanged(); }
    if (question) ask(question);
    if (button.dataset.post === "/page/library/stop") stop();
    if (/^.page.library.(remove|undo)$/.test(button.dataset.post || "")) {
      selected.delete(button.dataset.source);
      document.addEventListener("sanad:drawn", tellChanged, { once: true });
    }
    if (sample !== undefined) {
      sanad.open("library");
      await sanad.request(sheet(), "/page/library/sample", post({}));
      await showProgress();
    }
  });

  /* Which chat is shown is said by its bar, which Gradio draws. */
  let shown = null;
  const follow = () => {
    const bar = document.querySelector(".chat-bar");
    if (!bar || !sheet() || bar.dataset.chat === shown) return;
    shown = bar.dataset.chat;
    readChoice();
  };
  new MutationObserver(follow).observe(root, { childList: true, subtree: true, attributeFilter: ["data-chat"] });

  sanad.draft = () => JSON.stringify(chat() ? [] : readDraft());
})();
