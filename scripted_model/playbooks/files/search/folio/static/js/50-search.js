// Search box, status chips and sorting. They change where the shelf gets its books from, and nothing else.

import { api, emit, on, source, state } from "./00-core.js";

const form = document.getElementById("search-form");
const field = document.getElementById("search");
const filters = document.getElementById("filters");
const sort = document.getElementById("sort");
const chips = [...filters.querySelectorAll("[data-status]")];
let latest = 0;

// The filters belong between the heading of the shelf and its books, whatever order the page was put together in.
document.getElementById("shelf").before(filters);

function asked() {
  const status = chips.find((chip) => chip.getAttribute("aria-pressed") === "true").dataset.status;
  const query = new URLSearchParams();
  if (field.value.trim()) query.set("q", field.value.trim());
  if (status) query.set("status", status);
  if (sort.value !== "added") query.set("sort", sort.value);
  return query.toString();
}

function showCounts(counts) {
  for (const chip of chips) chip.querySelector("b").textContent = counts[chip.dataset.status || "all"];
}

async function search() {
  const number = ++latest;
  const query = asked();
  source.path = query ? `/api/search?${query}` : "/api/books";
  const { books, counts } = await api("GET", `/api/search?${query}`);
  if (number !== latest) return; // a later search has been asked meanwhile
  showCounts(counts);
  state.books = books;
  state.loaded = true;
  emit("books", books);
}

async function count() {
  const { counts } = await api("GET", `/api/search?q=${encodeURIComponent(field.value.trim())}`);
  showCounts(counts);
}

field.addEventListener("input", search);
sort.addEventListener("change", search);
form.addEventListener("submit", (event) => event.preventDefault());
for (const chip of chips) {
  chip.addEventListener("click", () => {
    for (const other of chips) other.setAttribute("aria-pressed", String(other === chip));
    search();
  });
}
on("books", (books) => {
  filters.hidden = books.length === 0 && source.path === "/api/books";
  if (!filters.hidden) count();
});
