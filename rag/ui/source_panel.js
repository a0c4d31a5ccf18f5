/* The document beside the chat: opening it where something is cited, following the citations, and back (see
   source_panel.py). Where there is room it stands beside the chat, else over it as a dialog. */
(() => {
  "use strict";
  const root = document.documentElement;
  const wide = matchMedia("(min-width: 1140px)");
  const roomy = matchMedia("(min-width: 1600px)");
  const PAGE = "/page/source";
  const KEY = "sanad-view";
  let reading = "";    /* the id of the source that is read */
  let opener = null;   /* where focus goes back to */
  let requests = 0;    /* only the newest is shown */

  const reader = () => document.getElementById("reader");
  const source = () => (reading ? document.getElementById(reading) : null);
  const beside = (one) => [...one.parentElement.querySelectorAll(":scope > .source")];
  const pictures = () => {
    try { return localStorage.getItem(KEY) !== "text"; } catch { return true; }
  };
  const posted = (given) => ({
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(given),
  });

  const point = () => {
    for (const one of document.querySelectorAll("[data-cites][aria-current], .source.read")) {
      one.removeAttribute("aria-current");
      one.classList.remove("read");
    }
    if (!reader()?.open || !source()) return;
    source().classList.add("read");
    for (const chip of document.querySelectorAll(`[data-cites="${reading}"]`)) chip.setAttribute("aria-current", "true");
  };

  const unfold = () => {
    const sheet = reader();
    if (sheet.open) return;
    if (wide.matches) sheet.show();
    else sheet.showModal();
    root.classList.toggle("reading", wide.matches);
    root.classList.toggle("crowded", !roomy.matches);
    root.classList.toggle("covered", !wide.matches);
    point();
    /* The text beside it has moved: what was clicked stays in view. */
    if (wide.matches) opener?.scrollIntoView({ block: "nearest" });
  };
  const show = async (place, more) => {
    unfold();
    const ticket = ++requests;
    const { source: name, page, start, end } = place.dataset;
    const part = reader().querySelector(".sheet-body");
    part.setAttribute("aria-busy", "true");
    const given = { source: name, page, start, end, picture: pictures(), ...more };
    const html = await window.sanad.request(reader(), PAGE, posted(given));
    part.removeAttribute("aria-busy");
    if (ticket !== requests) return;
    /* Where there is nothing to show, what was there before would be taken for it. */
    window.sanad.draw(part, html ?? "");
  };
  const count = () => (source() ? { n: beside(source()).indexOf(source()) + 1, total: beside(source()).length } : {});
  const read = (one, from) => {
    reading = one.id;
    if (from) opener = from;
    point();
    show(one, { quote: one.querySelector(".preview").textContent, ...count() });
  };
  const step = (by) => {
    const newest = [...document.querySelectorAll("#talk .source")].at(-1);
    const from = reader()?.open ? source() : null;
    if (!from) {
      if (newest) read(beside(newest)[0], document.activeElement);
      return;
    }
    const next = beside(from)[beside(from).indexOf(from) + by];
    if (next) read(next);
  };

  const arrive = (part) => {
    const one = source();
    if (one) {
      const all = beside(one);
      const at = all.indexOf(one);
      for (const button of reader().querySelectorAll(".steps [data-step]")) {
        button.disabled = !all[at + Number(button.dataset.step)];
      }
    }
    /* The document's name stays in view above its text. */
    const names = part.querySelector(".names");
    if (names) {
      const former = reader().querySelector(".sheet-head .names");
      const focused = former.contains(document.activeElement);
      former.replaceWith(names);
      if (focused) names.querySelector("h2").focus();
    }
    const top = part.querySelector(".reader-top");
    const also = one?.querySelector(".also");
    if (top && also) top.append(also.cloneNode(true));
    const target = part.querySelector("mark, .spot");
    if (target) target.scrollIntoView({ block: "center", inline: "nearest" });
    else reader().scrollTop = 0;
    for (const leaf of part.querySelectorAll("[data-leaf]")) draw(leaf);
  };
  const draw = async (leaf) => {
    const { leaf: _, ...given } = leaf.dataset;
    const html = await window.sanad.request(reader(), `${PAGE}/leaf`, posted(given));
    if (!leaf.isConnected) return;
    if (html === null) leaf.remove();
    else window.sanad.draw(leaf, html, true);
  };

  const close = () => { if (reader()?.open) reader().close(); };

  document.addEventListener("sanad:drawn", (event) => {
    if (event.target.matches("#reader-body, #reader .leaf")) arrive(event.target);
  });
  document.addEventListener("close", (event) => {
    if (event.target !== reader()) return;
    root.classList.remove("reading");
    requests += 1;
    point();
    const back = opener?.isConnected ? opener : document.querySelector(`[data-cites="${reading}"]`);
    (back || document.querySelector("#question textarea"))?.focus({ preventScroll: wide.matches });
    opener = null;
  }, true);
  roomy.addEventListener("change", () => root.classList.toggle("crowded", !roomy.matches));
  wide.addEventListener("change", () => {
    if (!reader()?.open) return;
    const from = opener;
    reader().close();
    opener = from;
    unfold();
    point();
  });

  document.addEventListener("click", (event) => {
    const part = event.target.closest("[data-cites], [data-reads], .place, [data-step], [data-view], [data-zoom], [data-act]");
    if (!part) return;
    const { cites, reads, step: by, view, act } = part.dataset;
    if (cites || reads) {
      const one = document.getElementById(cites || reads);
      if (one) read(one, part);
    } else if (part.matches(".place")) {
      const one = part.closest(".source");
      if (one) { reading = one.id; opener = part; }
      show(part, count());
    } else if (by === "0") {
      if (source()) read(source());
    } else if (by) step(Number(by));
    else if (view) {
      try { localStorage.setItem(KEY, view); } catch { /* not remembered */ }
    } else if (part.matches("[data-zoom]")) {
      const larger = reader().querySelector(".leaf").classList.toggle("larger");
      part.setAttribute("aria-pressed", String(larger));
      reader().querySelector(".spot")?.scrollIntoView({ block: "center", inline: "center" });
    } else if (["open", "new", "delete"].includes(act)) close();
  });

  const STEPS = { BracketLeft: -1, BracketRight: 1, ArrowUp: -1, ArrowDown: 1 };
  document.addEventListener("keydown", (event) => {
    const sheet = reader();
    const open = Boolean(sheet?.open);
    const over = [...document.querySelectorAll(".sheet:modal")].some((one) => one !== sheet);
    if (over || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") {
      /* A dialog over the page closes by itself, and a menu before what is behind it. */
      if (open && !sheet.matches(":modal") && !document.querySelector(".menu[open], .copy[open]")) close();
      return;
    }
    const by = STEPS[event.code];
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (!by || (event.code.startsWith("Arrow") ? !event.altKey || !open : event.altKey || typing)) return;
    event.preventDefault();
    step(by);
  });
})();
