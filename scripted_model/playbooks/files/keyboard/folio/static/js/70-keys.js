// Shortcuts. Whatever carries data-key can be reached by that key, so a feature needs no code here to have one.

import { make } from "./00-core.js";

const dialog = document.getElementById("keys-dialog");
const list = document.getElementById("keys-list");

/** Keys are for the page, not for somebody who is typing, and never for the browser's own combinations. */
function isForUs(event) {
  const typing = event.target.closest?.("input:not([type=radio]), textarea, select, [contenteditable]");
  return !typing && !event.ctrlKey && !event.metaKey && !event.altKey && !document.querySelector("dialog[open]");
}

function press(target) {
  if (target.matches("input")) {
    target.focus();
    target.select();
  } else target.click();
}

function moveAlong(step) {
  const covers = [...document.querySelectorAll("#shelf .book-open")];
  const here = covers.indexOf(document.activeElement);
  const next = here < 0 ? 0 : here + step;
  covers[Math.max(0, Math.min(next, covers.length - 1))]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches?.("#search")) event.target.blur();
  if (!isForUs(event)) return;
  const target = [...document.querySelectorAll("[data-key]")].find((element) => element.dataset.key === event.key && !element.closest("[hidden]"));
  if (target) {
    event.preventDefault();
    press(target);
  } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    event.preventDefault();
    moveAlong(event.key === "ArrowRight" ? 1 : -1);
  }
});

document.getElementById("keys-open").addEventListener("click", () => {
  for (const row of list.querySelectorAll("[data-made]")) row.remove();
  const rows = [...document.querySelectorAll("[data-key]")].map((element) =>
    make("div", { "data-made": true }, make("dt", {}, make("kbd", {}, element.dataset.key)), make("dd", {}, element.dataset.keyLabel)));
  list.prepend(...rows);
  dialog.showModal();
});
document.getElementById("keys-close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
