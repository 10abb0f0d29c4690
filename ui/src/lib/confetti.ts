/** Paper strips from the top of the page, for the moment when everything is done. */
const COLOURS = ['--accent', '--fill-proven', '--fill-progress', '--fill-needs', '--fill-parked']
const PIECES = 160
const LASTS = 2_600

export function throwConfetti(): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')
  if (!context) return
  canvas.width = innerWidth
  canvas.height = innerHeight
  canvas.setAttribute('aria-hidden', 'true')
  canvas.style.cssText = 'position:fixed;inset:0;z-index:60;pointer-events:none'
  document.body.append(canvas)
  const style = getComputedStyle(document.documentElement)
  const pieces = Array.from({ length: PIECES }, (_, i) => ({
    x: Math.random() * canvas.width,
    y: -Math.random() * canvas.height * 0.4,
    fall: 0.25 + Math.random() * 0.35,
    drift: (Math.random() - 0.5) * 0.12,
    spin: (Math.random() - 0.5) * 0.012,
    colour: style.getPropertyValue(COLOURS[i % COLOURS.length] ?? '--accent'),
  }))
  const began = performance.now()

  const draw = (time: number) => {
    const passed = time - began
    context.clearRect(0, 0, canvas.width, canvas.height)
    for (const piece of pieces) {
      context.save()
      context.translate(piece.x + piece.drift * passed, piece.y + piece.fall * passed)
      context.rotate(piece.spin * passed)
      context.fillStyle = piece.colour
      context.fillRect(-5, -8, 10, 16)
      context.restore()
    }
    if (passed < LASTS) requestAnimationFrame(draw)
    else canvas.remove()
  }
  requestAnimationFrame(draw)
}
