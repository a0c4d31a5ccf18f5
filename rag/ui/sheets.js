/* Sheets: opening and closing them, and their bodies, which the server makes (see sheets.py). */
(() => {
  "use strict";
  const root = document.documentElement;

  const both = (en, ar) => {
    const words = document.createElement("span");
    words.className = "words";
    for (const [language, text] of [["en", en], ["ar", ar || en]]) {
      const said = document.createElement("span");
      said.lang = language;
      said.textContent = text;
      words.append(said);
    }
    return words;
  };
  const complain = (sheet, words) => {
    const place = sheet.querySelector(".sheet-error");
    place.replaceChildren(...(words ? [words] : []));
    place.hidden = !words;
  };

  /* What the reader typed, opened and focused in a part that is drawn anew. */
  const KEPT = "input[id]:not([type=file]), textarea[id]";
  const drawn = (field) => `${field.defaultValue} ${field.defaultChecked}`;
  const remember = (part) => ({
    focused: part.contains(document.activeElement) ? document.activeElement.id : "",
    open: [...part.querySelectorAll("details[id][open]")].map((details) => details.id),
    typed: [...part.querySelectorAll(KEPT)].map((field) => [field.id, field.value, field.checked, drawn(field)]),
  });
  const restore = (part, { focused, open, typed }) => {
    for (const id of open) part.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
    for (const [id, value, checked, before] of typed) {
      const field = part.querySelector(`#${CSS.escape(id)}`);
      /* A value that the server has changed meanwhile is the newer one. */
      if (!field || drawn(field) !== before) continue;
      field.value = value;
      field.checked = checked;
    }
    if (focused) part.querySelector(`#${CSS.escape(focused)}`)?.focus({ preventScroll: true });
  };
  const draw = (part, html, whole) => {
    const kept = remember(part);
    if (whole) {
      const made = document.createElement("template");
      made.innerHTML = html;
      const [fresh] = made.content.children;
      if (!fresh) { part.remove(); return; }
      part.replaceWith(fresh);
      part = fresh;
    } else part.innerHTML = html;
    restore(part, kept);
    poll(part);
    part.dispatchEvent(new CustomEvent("sanad:drawn", { bubbles: true }));
  };

  const request = async (sheet, address, options) => {
    try {
      const response = await fetch(address, options);
      if (response.ok) {
        complain(sheet, null);
        return await response.text();
      }
      const { error } = await response.json();
      complain(sheet, both(error.message, error.message_ar));
    } catch (error) {
      if (error.name === "AbortError") return null;
      complain(sheet, both("Sanad does not answer. Start it again in the terminal.", "سند لا يجيب. شغّله من الطرفية مرة أخرى."));
    }
    return null;
  };
  const body = (sheet) => sheet.querySelector(".sheet-body");
  const target = (sheet, source) =>
    source.dataset.into ? sheet.querySelector(source.dataset.into) || body(sheet) : body(sheet);

  const load = async (sheet, address) => {
    const part = body(sheet);
    part.setAttribute("aria-busy", "true");
    const html = await request(sheet, address || part.dataset.address);
    part.removeAttribute("aria-busy");
    if (html !== null) draw(part, html);
  };
  const send = async (source, more) => {
    const sheet = source.closest(".sheet");
    const { post, get, into, ...told } = source.dataset;
    const given = { ...told, ...more };
    const html = post
      ? await request(sheet, post, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(given),
        })
      : await request(sheet, `${get}?${new URLSearchParams(given)}`);
    if (html !== null) draw(target(sheet, source), html);
  };
  const poll = (part) => {
    for (const element of [part, ...part.querySelectorAll("[data-poll]")]) {
      if (!element.dataset.poll) continue;
      setTimeout(async () => {
        const sheet = element.closest(".sheet");
        if (!element.isConnected || !sheet?.open) return;
        const html = await request(sheet, element.dataset.get);
        if (html !== null && element.isConnected) draw(element, html, true);
        /* A server that was away for a moment is asked again. */
        else if (element.isConnected) poll(element);
      }, Number(element.dataset.poll));
    }
  };

  const open = (name, address) => {
    const sheet = document.getElementById(name);
    if (!sheet) return;
    if (!sheet.open) sheet.showModal();
    root.classList.add("covered");
    load(sheet, address);
  };

  /* Fields of one name (check boxes) become a list. */
  const fields = (form) => {
    const given = {};
    for (const [name, value] of new FormData(form)) {
      if (value instanceof File) continue;
      if (form.querySelectorAll(`[name="${CSS.escape(name)}"][type=checkbox]`).length) (given[name] ||= []).push(value);
      else given[name] = value;
    }
    return given;
  };

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) open(opener.dataset.opens, opener.dataset.address);
    const sheet = event.target.closest(".sheet");
    if (!sheet) return;
    /* Outside of what the dialog shows is its backdrop. */
    if ((event.target === sheet && sheet.matches(":modal")) || event.target.closest("[data-closes]")) sheet.close();
    const source = event.target.closest("button[data-post], button[data-get], a[data-get]");
    if (!source) return;
    event.preventDefault();
    send(source, {});
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest(".sheet form[data-post], .sheet form[data-get]");
    if (!form) return;
    event.preventDefault();
    send(form, fields(form));
  });
  document.addEventListener("close", (event) => {
    if (!event.target.matches?.(".sheet")) return;
    root.classList.toggle("covered", Boolean(document.querySelector(".sheet:modal")));
    complain(event.target, null);
  }, true);

  /* For the scripts of single sheets. */
  window.sanad = { open, load, draw, request, complain, both };
})();
