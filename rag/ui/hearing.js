/* For those who listen to the page, or use it by keyboard: what happens to a question is said, and where one goes. */
(() => {
  "use strict";
  const root = document.documentElement;
  const { words } = __SANAD_PAGE__;
  /* Longer ones are read where they stand, at the listener's own pace. */
  const LONGEST_HEARD = 600;

  const part = (text, language) => {
    const said = document.createElement("span");
    said.lang = language;
    said.textContent = `${text} `;
    return said;
  };
  const shown = (element) => element.querySelector(`.words > [lang="${root.lang}"]`)?.textContent || "";

  /* A claim without its chips and its state. */
  const claim = (element) => {
    const alone = element.cloneNode(true);
    for (const other of alone.querySelectorAll(".chip, .status")) other.remove();
    return part(alone.textContent.trim(), element.lang || root.lang);
  };
  const answer = (live) => {
    const sources = live.querySelectorAll(".source").length;
    const claims = [...live.querySelectorAll(".claim")].map(claim);
    const length = claims.reduce((sum, { textContent }) => sum + textContent.length, 0);
    return [
      part(`${words[root.lang].heard_answer} ${sources}.`, root.lang),
      ...(length <= LONGEST_HEARD ? claims : []),
    ];
  };

  /* An error is an alert of its own. */
  const news = (live) => {
    const question = live.querySelector(".question")?.id;
    const progress = live.querySelector(".progress");
    if (progress) return [`${question} ${shown(progress)}`, () => [part(shown(progress), root.lang)]];
    if (live.querySelector(".card.refused")) return [`${question} refused`, () => [part(words[root.lang].heard_refusal, root.lang)]];
    if (live.querySelector(".claim")) return [`${question} answered`, () => answer(live)];
    return ["", () => []];
  };

  let told = "";
  const tell = () => {
    const live = document.querySelector("#live");
    const place = document.querySelector("#heard");
    if (!live || !place) return;
    const [now, said] = news(live);
    if (now === told) return;
    told = now;
    place.replaceChildren(...said());
  };
  new MutationObserver(tell).observe(root, { childList: true, subtree: true });

  document.addEventListener("click", (event) => {
    if (!event.target.closest(".skip")) return;
    event.preventDefault();
    document.querySelector("#question textarea").focus();
  });
})();
