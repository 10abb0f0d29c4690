// The shelf: a card for every book on show, or a friendly word when there is none.

import { api, applyDecorators, emit, make, on, refresh, source, state } from "./00-core.js";
import { cover } from "./10-covers.js";

const shelf = document.getElementById("shelf");
const empty = document.getElementById("shelf-empty");
const nothing = document.getElementById("shelf-nothing");
const head = document.getElementById("shelf-head");
const count = document.getElementById("shelf-count");

const STATUS = { want: "Want to read", reading: "Reading", finished: "Finished" };

function stars(book) {
  if (!book.rating) return null;
  const label = `${book.rating} of 5 stars`;
  return make("p", { class: "stars", role: "img", "aria-label": label }, "★".repeat(book.rating), make("i", {}, "★".repeat(5 - book.rating)));
}

function card(book) {
  const name = book.author ? `${book.title} by ${book.author}` : book.title;
  const open = make("button", { class: "book-open", type: "button", "aria-label": `${name}, ${STATUS[book.status]}` }, cover(book));
  open.addEventListener("click", () => emit("open", book));
  const element = make("li", { class: "book", "data-id": book.id, "data-status": book.status }, open);
  element.append(make("h3", {}, book.title), make("p", { class: "author" }, book.author), stars(book) ?? "");
  applyDecorators(element, book);
  return element;
}

function show(books) {
  if (!state.loaded) return;
  const filtered = source.path !== "/api/books";
  shelf.replaceChildren(...books.map(card));
  empty.hidden = books.length > 0 || filtered;
  nothing.hidden = books.length > 0 || !filtered;
  head.hidden = !empty.hidden;
  count.textContent = books.length === 1 ? "1 book" : `${books.length} books`;
}

on("books", show);

document.getElementById("shelf-sample").addEventListener("click", async () => {
  await api("POST", "/api/sample");
  await refresh();
});

refresh();
