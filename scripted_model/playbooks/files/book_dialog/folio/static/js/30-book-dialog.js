// The dialog that adds a book, and edits or deletes the one whose cover was clicked.

import { api, emit, on, refresh } from "./00-core.js";

const dialog = document.getElementById("book-dialog");
const form = document.getElementById("book-form");
const title = document.getElementById("book-dialog-title");
const error = document.getElementById("book-error");
const remove = document.getElementById("book-delete");
let book = null;

function open(wanted) {
  book = wanted;
  form.reset();
  error.hidden = true;
  title.textContent = book ? "Edit book" : "Add a book";
  remove.hidden = !book;
  if (book) {
    const fields = { ...book, pages: book.pages || "", tags: book.tags.join(", ") };
    for (const name of ["title", "author", "pages", "status", "rating", "tags", "notes"]) {
      form.elements.namedItem(name).value = fields[name];
    }
  }
  dialog.showModal();
  form.elements.namedItem("title").focus();
}

function read() {
  const { title, author, pages, status, rating, tags, notes } = Object.fromEntries(new FormData(form));
  return { title, author, notes, status, pages: Number(pages || 0), rating: Number(rating), tags: tags.split(",") };
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    if (book) await api("PATCH", `/api/books/${book.id}`, read());
    else await api("POST", "/api/books", read());
    dialog.close();
    await refresh();
  } catch (problem) {
    error.textContent = problem.message;
    error.hidden = false;
  }
});

remove.addEventListener("click", async () => {
  const { deleted } = await api("DELETE", `/api/books/${book.id}`);
  dialog.close();
  await refresh();
  emit("deleted", deleted);
});

for (const button of dialog.querySelectorAll("[data-close]")) button.addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
document.getElementById("add-book").addEventListener("click", () => open(null));
on("open", open);
