"use strict";

// What the scripts of all pages share. Texts get into a page as text nodes only: names come from files of strangers.

/** An element with attributes and children; texts become text nodes, nothing is left out where a child is null. */
function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same of SVG. */
function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

/** The button that goes from what the system says to light, to dark, and back. It stays as long as the browser keeps it. */
function installThemeSwitch(button) {
  const themes = ["system", "light", "dark"];
  let theme = "system";
  try { theme = themes.includes(localStorage.getItem("venule-theme")) ? localStorage.getItem("venule-theme") : "system"; } catch { /* Files may have no storage. */ }
  const show = () => {
    if (theme === "system") document.documentElement.removeAttribute("data-theme");
    else document.documentElement.dataset.theme = theme;
    button.textContent = { system: "Auto", light: "Light", dark: "Dark" }[theme];
    button.setAttribute("aria-label", `Colours: ${button.textContent}`);
  };
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    try { localStorage.setItem("venule-theme", theme); } catch { /* As above. */ }
    show();
  });
  show();
}

for (const button of document.querySelectorAll("[data-theme-switch]")) installThemeSwitch(button);

// What is jumped to stands below the bar, which is as high as its contents.
const bar = document.querySelector(".bar");
if (bar) new ResizeObserver(() => { document.documentElement.style.scrollPaddingTop = `${bar.offsetHeight + 12}px`; }).observe(bar);
