/* Language and direction. Loaded before the page is drawn; asks nothing of the server. */
(() => {
  "use strict";
  const { words, language: preset } = __SANAD_PAGE__;
  const KEY = "sanad-language";
  const root = document.documentElement;

  /* Private windows may forbid storage: the page then follows the browser each time. */
  const stored = () => {
    try { return localStorage.getItem(KEY); } catch { return null; }
  };
  const remember = (language) => {
    try { localStorage.setItem(KEY, language); } catch { /* not remembered */ }
  };
  const preferred = () => {
    const known = (tag) => ["ar", "en"].find((language) => (tag || "").toLowerCase().startsWith(language));
    return known(stored()) || known(preset) || (navigator.languages || []).map(known).find(Boolean) || "en";
  };

  const setLanguage = (language) => {
    root.lang = language;
    root.dir = language === "ar" ? "rtl" : "ltr";
    label();
  };

  /* Parts that Gradio draws carry no words of ours: they are set here, and again whenever Gradio draws them anew. */
  const put = (element, name, value) => {
    if (element && element[name] !== value) element[name] = value;
  };
  const LABELS = [
    ["#question textarea", "placeholder", "question_placeholder"],
    ["#question textarea", "ariaLabel", "question_label"],
    ["#chat-search input", "placeholder", "search_chats"],
    ["#chat-search input", "ariaLabel", "search_chats"],
    ["#send", "ariaLabel", "send"],
    ["#send", "title", "send"],
    ["#stop", "ariaLabel", "stop"],
    ["#stop", "title", "stop"],
    ["#switch-language", "title", "switch_language_hint"],
  ];
  const label = () => {
    for (const [part, name, key] of LABELS) put(document.querySelector(part), name, words[root.lang][key]);
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("#switch-language")) {
      const language = root.lang === "ar" ? "en" : "ar";
      remember(language);
      setLanguage(language);
    }
  });

  /* A new question, or the last one of a chat that was opened, is brought into view once; what is written after does
     not pull the page along. */
  let newest = "";
  const follow = () => {
    const turns = document.querySelector("#past .turns");
    const question =
      document.querySelector("#live .question") || turns?.lastElementChild?.querySelector(".question");
    const now = question ? `${turns ? turns.dataset.opening : 0} ${question.id}` : "";
    if (now === newest) return;
    newest = now;
    if (question) question.scrollIntoView({ block: "start" });
  };

  /* A question that no server took would leave the page waiting without a word; #lost says so instead. */
  const ask = window.fetch;
  window.fetch = async (...request) => {
    try {
      const response = await ask(...request);
      root.classList.remove("lost");
      /* The session is over: opening the page again leads over the login page back to this chat. */
      if (response.status === 401) location.reload();
      return response;
    } catch (error) {
      if (error.name !== "AbortError") root.classList.add("lost");
      throw error;
    }
  };

  setLanguage(preferred());
  new MutationObserver(() => { label(); follow(); }).observe(root, { childList: true, subtree: true });
})();
