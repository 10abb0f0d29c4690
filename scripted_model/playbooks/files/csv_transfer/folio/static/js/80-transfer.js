// Import and export. The export is a plain link; the import reads the file here and sends its text.

import { api, refresh } from "./00-core.js";

const menu = document.getElementById("transfer");
const field = document.getElementById("import");
const result = document.getElementById("import-result");

field.addEventListener("change", async () => {
  const [file] = field.files;
  if (!file) return;
  try {
    const { added, skipped } = await api("POST", "/api/import", await file.text());
    result.textContent = `${added} added${skipped ? `, ${skipped} were here already` : ""}.`;
    await refresh();
  } catch (problem) {
    result.textContent = problem.message;
  }
  field.value = "";
});

document.addEventListener("click", (event) => menu.contains(event.target) || menu.removeAttribute("open"));
menu.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  menu.removeAttribute("open");
  menu.querySelector("summary").focus();
});
