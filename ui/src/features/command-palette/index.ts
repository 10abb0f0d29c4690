export { ShortcutHelp } from './help'
export { CommandPalette, type PaletteItem } from './palette'
