// A cover for every book, drawn from its title: the same title always gets the same cover.

const NS = "http://www.w3.org/2000/svg";
const INKS = [
  ["#1d3557", "#f4ecdc", "#e4805f"],
  ["#264d3b", "#f1e8d2", "#e2b04a"],
  ["#7a2b2b", "#f7eada", "#eaa35c"],
  ["#e8c062", "#2b241a", "#b5442c"],
  ["#d5dfd9", "#20344f", "#d9603f"],
  ["#33264a", "#f1e6f4", "#d79bd3"],
  ["#f0dcc6", "#43282a", "#2a7f78"],
  ["#0f4856", "#fcefd6", "#f39237"],
  ["#b2513a", "#fff2e3", "#f6c670"],
  ["#57654a", "#f4efdc", "#e3b07a"],
  ["#2a2b2e", "#efe9dd", "#d8573c"],
  ["#9db4c0", "#1f2d3a", "#f4efe3"],
];
const TYPES = ["", "italic", "capitals"];

/** Numbers from 0 to 1 that depend on `text` alone. */
function dice(text) {
  let seed = 2166136261;
  for (const letter of text) seed = Math.imul(seed ^ letter.codePointAt(0), 16777619);
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function draw(parent, tag, attributes) {
  const shape = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
  parent.append(shape);
  return shape;
}

const MOTIFS = [
  function sunrise(svg, [, ink, accent], roll) {
    const x = 30 + roll() * 40;
    draw(svg, "circle", { cx: x, cy: 104, r: 26 + roll() * 8, fill: accent });
    for (let line = 0; line < 6; line++) {
      draw(svg, "rect", { x: 0, y: 106 + line * 8, width: 100, height: 1.5 + line * 0.9, fill: ink, opacity: 0.85 });
    }
  },
  function arches(svg, [, ink, accent], roll) {
    const x = roll() < 0.5 ? 50 : 72;
    for (let ring = 0; ring < 5; ring++) {
      const r = 46 - ring * 9;
      const colour = ring % 2 ? ink : accent;
      draw(svg, "path", { d: `M${x - r} 150v-${r / 3}a${r} ${r} 0 0 1 ${2 * r} 0v${r / 3}z`, fill: colour });
    }
  },
  function waves(svg, [, ink, accent], roll) {
    const lift = 4 + roll() * 5;
    for (let row = 0; row < 8; row++) {
      const y = 76 + row * 10;
      const d = `M-10 ${y}q15 -${lift} 30 0t30 0t30 0t30 0t30 0`;
      draw(svg, "path", { d, fill: "none", stroke: row === 3 ? accent : ink, "stroke-width": row === 3 ? 5 : 1.6 });
    }
  },
  function quarters(svg, [, ink, accent], roll) {
    for (let tile = 0; tile < 8; tile++) {
      const x = (tile % 4) * 25;
      const y = 96 + Math.floor(tile / 4) * 25;
      const turn = Math.floor(roll() * 4) * 90;
      const colour = roll() < 0.4 ? accent : ink;
      const transform = `rotate(${turn} ${x + 12.5} ${y + 12.5})`;
      draw(svg, "path", { d: `M${x} ${y}h25a25 25 0 0 1 -25 25z`, fill: colour, transform });
    }
  },
  function dots(svg, [, ink, accent], roll) {
    const odd = Math.floor(roll() * 35);
    for (let dot = 0; dot < 35; dot++) {
      const cx = 14 + (dot % 7) * 12;
      const row = Math.floor(dot / 7);
      draw(svg, "circle", { cx, cy: 92 + row * 12, r: 1.4 + row * 0.9, fill: dot === odd ? accent : ink });
    }
  },
  function peaks(svg, [, ink, accent], roll) {
    const tip = 30 + roll() * 40;
    draw(svg, "circle", { cx: tip < 50 ? 78 : 22, cy: 86, r: 9, fill: accent });
    draw(svg, "path", { d: `M-5 150L${tip} 88L105 150z`, fill: ink });
    draw(svg, "path", { d: `M-5 150L${tip - 28} 116L${tip + 14} 150z`, fill: accent, opacity: 0.9 });
  },
  function stripes(svg, [, ink, accent], roll) {
    const group = draw(svg, "g", { transform: `rotate(${roll() < 0.5 ? -32 : 32} 50 120)` });
    for (let stripe = 0; stripe < 9; stripe++) {
      const fill = stripe === 4 ? accent : ink;
      draw(group, "rect", { x: -40 + stripe * 21, y: 84, width: stripe === 4 ? 12 : 5, height: 120, fill });
    }
  },
];

/** The cover of `book` as an element; hidden from screen readers, which get the title from the card. */
export function cover(book) {
  const roll = dice(book.title);
  const inks = INKS[Math.floor(roll() * INKS.length)];
  const svg = document.createElementNS(NS, "svg");
  svg.setAttribute("viewBox", "0 0 100 150");
  svg.setAttribute("preserveAspectRatio", "xMidYMax slice");
  MOTIFS[Math.floor(roll() * MOTIFS.length)](svg, inks, roll);

  const element = document.createElement("div");
  element.className = ["cover", TYPES[Math.floor(roll() * TYPES.length)], book.title.length > 24 ? "long" : ""].join(" ");
  element.setAttribute("aria-hidden", "true");
  element.style.setProperty("--cover-ground", inks[0]);
  element.style.setProperty("--cover-ink", inks[1]);
  const title = document.createElement("b");
  title.textContent = book.title;
  const author = document.createElement("span");
  author.textContent = book.author;
  element.append(svg, title, author);
  return element;
}
