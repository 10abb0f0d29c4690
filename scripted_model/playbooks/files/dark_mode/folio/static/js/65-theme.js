// Dark or light: follows the system until the person chooses, and remembers the choice.

const button = document.getElementById("theme");
const system = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : system.matches;
}

function show() {
  button.setAttribute("aria-pressed", String(isDark()));
}

button.addEventListener("click", () => {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("folio-theme", theme);
  } catch {
    // Without storage the choice lasts until the page is closed.
  }
  show();
});
system.addEventListener("change", show);
show();
