// Functions that test_pages.py puts into a page, whose own content security policy does not hold for what a debugger runs.

/** Pairs of boxes of the graph that overlap, and texts that are longer than their boxes. */
function misplaced() {
  const faces = [...document.querySelectorAll(".node rect.face")].map((face) => face.getBoundingClientRect());
  const problems = [];
  const byTop = faces.map((box, index) => ({ box, index })).sort((a, b) => a.box.top - b.box.top);
  byTop.forEach(({ box, index }, place) => {
    for (let next = place + 1; next < byTop.length && byTop[next].box.top < box.bottom - 0.5; next += 1) {
      const other = byTop[next].box;
      if (other.left < box.right - 0.5 && box.left < other.right - 0.5) problems.push(`${index} and ${byTop[next].index} overlap`);
    }
  });
  for (const node of document.querySelectorAll(".node")) {
    const face = node.querySelector("rect.face").getBoundingClientRect();
    for (const text of node.querySelectorAll("text")) {
      if (text.getBoundingClientRect().right > face.right + 0.5) problems.push(`the text '${text.textContent}' leaves its box`);
    }
  }
  return problems;
}

/** A computed colour as [red, green, blue, alpha], alpha from 0 to 1. */
function channels(colour) {
  const context = (channels.context ??= Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true }));
  context.clearRect(0, 0, 1, 1);
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha / 255];
}

/** The relative luminance of WCAG 2.1. */
function luminance([red, green, blue]) {
  const [r, g, b] = [red, green, blue].map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(text, background) {
  const [a, b] = [luminance(text), luminance(background)].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}

/** What is behind an element: the first opaque colour of those around it. */
function backgroundOf(element) {
  for (let current = element; current; current = current.parentElement) {
    const colour = channels(getComputedStyle(current).backgroundColor);
    if (colour[3] > 0.99) return colour;
  }
  return [255, 255, 255, 1];
}

/** Texts whose contrast is below that which WCAG 2.1 wants of small text (4.5), each sort once. */
function lowContrast() {
  const problems = new Map();
  const report = (element, text, behind) => {
    const ratio = contrast(channels(text), behind);
    const key = `${element.tagName}.${element.getAttribute("class") ?? ""}`;
    if (ratio < 4.5 && !problems.has(key)) problems.set(key, `${key} '${element.textContent.slice(0, 30)}': ${ratio.toFixed(2)}`);
  };
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest("script, dialog, option") || !element.checkVisibility()) continue;
    if (![...element.childNodes].some((child) => child.nodeType === 3 && child.data.trim())) continue;
    const style = getComputedStyle(element);
    if (element instanceof SVGElement) {
      if (element.tagName !== "text") continue;
      const face = element.closest(".node, .frame")?.querySelector("rect");
      const ring = element.classList.contains("ring-name") ? element.previousElementSibling : null;
      const behind = face ?? ring;
      report(element, style.fill, behind ? channels(getComputedStyle(behind).fill) : backgroundOf(element.closest("svg").parentElement));
    } else {
      report(element, style.color, backgroundOf(element));
    }
  }
  return [...problems.values()];
}
