/* The sheet of settings: appearance, which is this browser's own, and commands to copy. */
(() => {
  "use strict";
  const KEY = "sanad-appearance";
  const dark = matchMedia("(prefers-color-scheme: dark)");

  /* Private windows may forbid storage: the page then looks like the system each time. */
  const stored = () => {
    try { return localStorage.getItem(KEY) || "system"; } catch { return "system"; }
  };
  const remember = (appearance) => {
    try { localStorage.setItem(KEY, appearance); } catch { /* not remembered */ }
  };

  /* Gradio says on <body> whether the page is dark, by the system alone. */
  const dress = () => {
    const body = document.body;
    if (!body) return;
    const wanted = stored() === "system" ? dark.matches : stored() === "dark";
    if (body.classList.contains("dark") !== wanted) body.classList.toggle("dark", wanted);
  };
  dark.addEventListener("change", dress);
  const start = () => {
    dress();
    new MutationObserver(dress).observe(document.body, { attributeFilter: ["class"] });
  };
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      /* Only pages of this machine, or behind TLS, may use the clipboard in the modern way. */
      const field = document.createElement("textarea");
      field.value = text;
      (document.querySelector(".sheet[open]") || document.body).append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-command]");
    if (!button) return;
    await copy(button.dataset.command);
    const said = button.parentElement.querySelector(".copied");
    if (!said) return;
    said.hidden = false;
    setTimeout(() => { said.hidden = true; }, 2000);
  });

  document.addEventListener("change", (event) => {
    if (event.target.name !== "appearance") return;
    remember(event.target.value);
    dress();
  });

  /* The address goes with the choices too, looked at or not. */
  document.addEventListener("input", (event) => {
    if (event.target.id !== "settings-url") return;
    const told = document.querySelector('#settings-form input[type="hidden"][name="llm_url"]');
    if (told) told.value = event.target.value;
  });

  document.addEventListener("sanad:drawn", (event) => {
    const sheet = event.target.closest("#settings");
    if (!sheet) return;
    const appearance = sheet.querySelector(`[name="appearance"][value="${stored()}"]`);
    if (appearance) appearance.checked = true;
    /* Who answers is said at the foot of the page. */
    const told = sheet.querySelector("#settings-foot .private");
    const foot = document.querySelector("#footer .private");
    if (told && foot && told.innerHTML !== foot.innerHTML) foot.innerHTML = told.innerHTML;
    sheet.querySelector(".card.error")?.scrollIntoView({ block: "nearest" });
  });

  /* What was not saved is not shown again as if it were. */
  document.addEventListener("close", (event) => {
    if (event.target.id === "settings") event.target.querySelector(".sheet-body").replaceChildren();
  }, true);
})();
