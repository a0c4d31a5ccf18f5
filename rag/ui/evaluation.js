/* The sheet of evaluation: a file of questions is sent as it is; a run that is over has the sheet drawn anew. */
(() => {
  "use strict";
  const sheetOf = (element) => element.closest("#evaluation");

  document.addEventListener("submit", async (event) => {
    if (event.target.id !== "evaluation-new") return;
    event.preventDefault();
    const form = event.target;
    const sheet = sheetOf(form);
    const file = form.elements.file.files[0];
    const told = new URLSearchParams({ name: file ? file.name : "", limit: form.elements.limit.value });
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    const html = await window.sanad.request(sheet, `/page/evaluation/files?${told}`, { method: "POST", body: file || "" });
    button.disabled = false;
    if (html === null) return;
    window.sanad.draw(sheet.querySelector(".sheet-body"), html);
  });

  document.addEventListener("change", (event) => {
    if (event.target.id !== "evaluation-file" || !event.target.files[0]) return;
    const name = document.createElement("bdi");
    name.textContent = event.target.files[0].name;
    document.getElementById("evaluation-picked").replaceChildren(name);
  });

  document.addEventListener("sanad:drawn", (event) => {
    const sheet = sheetOf(event.target);
    if (!sheet) return;
    if (event.target.matches("[data-over]")) window.sanad.load(sheet);
    sheet.querySelector(".card.error")?.scrollIntoView({ block: "nearest" });
    sheet.querySelector("#evaluation-compared .comparison")?.scrollIntoView({ block: "nearest" });
  });
})();
