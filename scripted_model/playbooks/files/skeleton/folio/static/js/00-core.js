// The little that features share: events, requests, building elements, and the books on show.

const listeners = new Map();
const decorators = [];

export const state = { books: [], loaded: false };

/** Call `listener` with whatever is emitted as `name`. */
export function on(name, listener) {
  listeners.set(name, [...(listeners.get(name) ?? []), listener]);
}

export function emit(name, detail) {
  for (const listener of listeners.get(name) ?? []) listener(detail);
}

/** Have `decorator(card, book)` add to every card of the shelf. */
export function decorate(decorator) {
  decorators.push(decorator);
  emit("books", state.books);
}

export function applyDecorators(card, book) {
  for (const decorator of decorators) decorator(card, book);
}

/** Ask the API; throws an Error with the sentence the server gave. */
export async function api(method, path, body) {
  const raw = typeof body === "string";
  const response = await fetch(path, {
    method,
    headers: body === undefined ? {} : { "Content-Type": raw ? "text/csv" : "application/json" },
    body: body === undefined || raw ? body : JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? "That did not work.");
  return answer;
}

/** An element: make("button", {class: "chip", onclick}, "All"). */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null && child !== ""));
  return element;
}

/** Where the books on show come from; search puts its own address here. */
export const source = { path: "/api/books" };

/** Load the books on show and tell everybody. */
export async function refresh() {
  const { books } = await api("GET", source.path);
  state.books = books;
  state.loaded = true;
  emit("books", books);
}
