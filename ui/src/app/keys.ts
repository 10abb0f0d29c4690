/** What `?` shows. Each key is bound where it acts. */
export const KEYS = [
  { key: 'Ctrl K', does: 'Command palette: go anywhere, find a card' },
  { key: '/', does: 'Search the board or the activity' },
  { key: '1 – 4', does: 'Board, agents, activity, settings' },
  { key: 'N', does: 'New card' },
  { key: 'J K', does: 'Next and previous card while one is open' },
  { key: '↑ ↓', does: 'Walk along a column' },
  { key: 'Esc', does: 'Close what is open' },
  { key: 'T', does: 'Light or dark theme' },
  { key: '?', does: 'This list' },
] as const
