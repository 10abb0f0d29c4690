"""A bar chart as SVG, coloured by the style sheet."""

from html import escape

NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WIDTH, HEIGHT = 300, 150
TOP, BOTTOM = 22, 22
GAP = 7


def draw_months(months: list) -> str:
    """One bar a month; the last one, still growing, stands out. Zero is a thin line, not a gap."""
    most = max([month["pages"] for month in months] + [1])
    step = (WIDTH + GAP) / len(months)
    room = HEIGHT - TOP - BOTTOM
    marks = [f'<line class="chart-base" x1="0" y1="{HEIGHT - BOTTOM}" x2="{WIDTH}" y2="{HEIGHT - BOTTOM}"/>']
    for index, month in enumerate(months):
        name = NAMES[int(month["month"][5:]) - 1]
        height = max(2.0, room * month["pages"] / most)
        x, y, width = index * step, HEIGHT - BOTTOM - height, step - GAP
        kind = "chart-bar now" if index == len(months) - 1 else "chart-bar"
        title = escape(f"{name} {month['month'][:4]}: {month['pages']} pages")
        marks.append(
            f'<g class="{kind}"><title>{title}</title>'
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="3"/>'
            f'<text x="{x + width / 2:.1f}" y="{HEIGHT - 6}">{name[0]}</text></g>'
        )
        if month["pages"] == most:
            marks.append(f'<text class="chart-most" x="{x + width / 2:.1f}" y="{y - 7:.1f}">{most}</text>')
    label = escape("Pages read in each of the last twelve months, at most " + str(most))
    return f'<svg class="chart" role="img" aria-label="{label}" viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(marks)}</svg>'
