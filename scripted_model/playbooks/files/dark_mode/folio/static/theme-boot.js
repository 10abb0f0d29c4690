// Runs before the page is drawn, so that a dark page never flashes white.
try {
  const chosen = localStorage.getItem("folio-theme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
} catch {
  // Without storage the theme follows the system.
}
