// After a deletion: a toast that offers to undo it for a while.

import { api, on, refresh } from "./00-core.js";

const SECONDS = 8;
const toast = document.getElementById("toast");
const text = document.getElementById("toast-text");
const button = document.getElementById("undo");
let timer;

function say(sentence, offer) {
  text.textContent = sentence;
  button.hidden = !offer;
  toast.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => (toast.hidden = true), SECONDS * 1000);
}

on("deleted", (book) => say(`“${book.title}” is off the shelf.`, true));

button.addEventListener("click", async () => {
  try {
    const { restored } = await api("POST", "/api/undo");
    await refresh();
    say(`“${restored.title}” is back.`, false);
  } catch (problem) {
    say(problem.message, false);
  }
});

// Somebody about to click should not see the toast run away.
toast.addEventListener("pointerenter", () => clearTimeout(timer));
toast.addEventListener("pointerleave", () => (timer = setTimeout(() => (toast.hidden = true), SECONDS * 1000)));
