/* Chats: the page's address, the turns above the question box, dates, and the list as a drawer on narrow screens. */
(() => {
  "use strict";
  const root = document.documentElement;
  const narrow = matchMedia("(max-width: 899px)");

  /* The address names the chat that is shown: a copy of it, a refresh and "back" lead there again. */
  const here = () => new URLSearchParams(location.search).get("chat") || "";
  let shown = null;
  const follow = () => {
    const bar = document.querySelector(".chat-bar");
    if (!bar) return;
    const name = bar.querySelector(".chat-name");
    const title = name ? `${name.textContent} · Sanad` : "Sanad · سند";
    if (document.title !== title) document.title = title;
    if (bar.dataset.chat === shown) return;
    shown = bar.dataset.chat;
    if (shown === here()) return;
    const address = new URL(location.href);
    if (shown) address.searchParams.set("chat", shown);
    else address.searchParams.delete("chat");
    history.replaceState(null, "", address);
  };
  addEventListener("popstate", () => location.reload());

  /* A finished turn is moved up, so that Gradio need not draw all the others again. */
  const moveUp = () => {
    const turns = document.querySelector("#past .turns");
    if (turns) turns.append(...document.querySelectorAll("#added .turn"));
  };

  /* The time of today's chats, the day of others, where the reader is. */
  const date = () => {
    const today = new Date();
    for (const time of document.querySelectorAll(`#chat-list time:not([data-lang="${root.lang}"])`)) {
      const at = new Date(time.dateTime);
      const options =
        at.toDateString() === today.toDateString() ? { hour: "2-digit", minute: "2-digit" }
        : at.getFullYear() === today.getFullYear() ? { day: "numeric", month: "short" }
        : { day: "numeric", month: "short", year: "numeric" };
      time.dataset.lang = root.lang;
      time.textContent = at.toLocaleString(root.lang === "ar" ? "ar-u-nu-latn" : "en-GB", options);
    }
  };

  const drawer = (open) => {
    const button = document.querySelector("#open-chats");
    if (!button || root.classList.contains("drawer") === open) return;
    root.classList.toggle("drawer", open);
    button.setAttribute("aria-expanded", String(open));
    for (const part of document.querySelectorAll("#header, #talk")) part.inert = open;
    (open ? document.querySelector("#close-chats") : button).focus();
  };
  narrow.addEventListener("change", () => drawer(false));

  document.addEventListener("click", (event) => {
    const part = event.target;
    if (part.closest("#open-chats")) drawer(true);
    else if (part.closest("#close-chats, [data-act=open], [data-act=new]") || !part.closest("#chats")) drawer(false);
    if (part.closest("[data-act=new]")) document.querySelector("#question textarea").focus();
    for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(part)) menu.open = false;
  });
  /* Deleting is asked for anew each time. */
  document.addEventListener("toggle", (event) => {
    if (event.target.matches(".menu:not([open])")) event.target.querySelector(".delete").open = false;
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    drawer(false);
    const menu = document.querySelector(".menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  const update = () => { follow(); moveUp(); date(); };
  new MutationObserver(update).observe(root, { childList: true, subtree: true, attributeFilter: ["data-chat", "lang"] });
})();
