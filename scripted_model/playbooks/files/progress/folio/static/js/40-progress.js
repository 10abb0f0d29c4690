// Books being read, with a bookmark to move, and a thin line of progress under their covers on the shelf.

import { api, decorate, emit, make, on, refresh } from "./00-core.js";
import { cover } from "./10-covers.js";

const section = document.getElementById("reading");
const list = document.getElementById("reading-now");

const percent = (book) => (book.pages ? Math.round((100 * book.page) / book.pages) : 0);

function bar(book) {
  const fill = make("div", { class: "progress-fill" });
  fill.style.width = `${percent(book)}%`;
  const label = `${book.title}: ${percent(book)} percent read`;
  return make("div", { class: "progress", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": percent(book), "aria-label": label }, fill);
}

function card(book) {
  const field = make("input", { class: "input page-input", type: "number", min: 0, max: book.pages || 20000, value: book.page, inputmode: "numeric", "aria-label": `Page you are on in ${book.title}` });
  const error = make("p", { class: "reading-error", role: "alert", hidden: true });

  async function move(page) {
    try {
      await api("POST", `/api/books/${book.id}/progress`, { page });
      await refresh();
      emit("progress", book);
    } catch (problem) {
      error.textContent = problem.message;
      error.hidden = false;
    }
  }

  const form = make("form", { class: "bookmark" },
    make("span", {}, "Page"), field, make("span", { class: "of" }, book.pages ? `of ${book.pages}` : ""),
    make("button", { class: "button small", type: "submit" }, "Save"),
    make("button", { class: "button small quiet", type: "button", "aria-label": `Ten pages further in ${book.title}`, onclick: () => move(book.pages ? Math.min(book.page + 10, book.pages) : book.page + 10) }, "+10"),
    book.pages ? make("button", { class: "button small quiet", type: "button", "aria-label": `Finished ${book.title}`, onclick: () => move(book.pages) }, "Done") : "");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    move(Number(field.value));
  });
  const open = make("button", { class: "book-open", type: "button", "aria-label": `Edit ${book.title}`, onclick: () => emit("open", book) }, cover(book));
  const text = make("div", { class: "reading-text" },
    make("h3", {}, book.title), make("p", { class: "author" }, book.author),
    make("div", { class: "progress-row" }, bar(book), make("span", { class: "percent" }, `${percent(book)} %`)), form, error);
  return make("li", { class: "reading-card panel" }, open, text);
}

async function show() {
  const { books } = await api("GET", "/api/books");
  const reading = books.filter((book) => book.status === "reading");
  section.hidden = reading.length === 0;
  list.replaceChildren(...reading.map(card));
}

on("books", show);
decorate((element, book) => {
  if (book.status === "reading") element.querySelector("h3").before(bar(book));
});
