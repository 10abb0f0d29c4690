// Runs before the first paint, so that a chosen theme never flashes; src/lib/theme.ts owns the key.
try {
  var theme = localStorage.getItem('autocoder.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch (_) {
  // storage refused: the system's theme applies
}
