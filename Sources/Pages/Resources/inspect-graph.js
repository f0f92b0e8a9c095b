// The drawing of a graph, and what is told of the operation that is chosen in it.

const graphView = {
  viewport: byId("viewport"),
  zoom: 1,
  /** The elements of the nodes of the view. */
  elements: [],
  /** For each node the ways that end and begin at it. */
  ways: [],
};

/** A text that fits into a line of a box; of a name the end tells more than the middle. */
function shortened(text, isName, length) {
  const characters = [...text];
  if (characters.length <= length) return text;
  const start = isName ? Math.floor(length / 3) : length - 1;
  return `${characters.slice(0, start).join("")}…${characters.slice(characters.length - length + start + 1).join("")}`;
}

/** x, y, x, y, … as a path: straight down where x stays, else a curve that begins and ends downwards. */
function pathOf(points) {
  let text = `M${points[0]} ${points[1]}`;
  for (let i = 2; i < points.length; i += 2) {
    const [x0, y0, x1, y1] = [points[i - 2], points[i - 1], points[i], points[i + 1]];
    const middle = (y0 + y1) / 2;
    text += x0 === x1 ? `L${x1} ${y1}` : `C${x0} ${middle} ${x1} ${middle} ${x1} ${y1}`;
  }
  return text;
}

// MARK: Drawing

graphView.show = (view) => {
  state.view = view;
  state.node = null;
  const picture = view.picture;
  const svg = draw("svg", { viewBox: `0 0 ${picture.width} ${picture.height}`, role: "group", "aria-label": `${view.title}: ${view.nodes.length} nodes` });
  svg.append(draw("defs", {}, draw(
    "marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto" }, draw("path", { d: "M0 0L8 4L0 8z" }))));
  for (const frame of picture.frames) {
    const { x, y, width, height } = frame.box;
    const title = view.groups[frame.group];
    svg.append(draw(
      "g", { class: "frame" }, draw("title", {}, title), draw("rect", { x, y, width, height, rx: 10 }),
      draw("text", { x: x + 12, y: y + 16 }, shortened(title, true, 2 * picture.lineLength))));
  }
  graphView.ways = view.nodes.map(() => ({ into: [], outof: [] }));
  for (const way of picture.ways) {
    const end = way.end ?? null;
    const element = draw("path", { class: "way", d: pathOf(way.points), "marker-end": end === null ? null : "url(#arrow)" });
    graphView.ways[way.node].outof.push(element);
    if (end !== null) graphView.ways[end].into.push(element);
    svg.append(element);
  }
  for (const port of picture.ports) svg.append(draw("circle", { class: "port", cx: port.x, cy: port.y, r: 3 }));
  graphView.elements = view.nodes.map((node, index) => graphView.element(node, index, picture.boxes[index]));
  svg.append(...graphView.elements);
  graphView.svg = svg;
  graphView.viewport.replaceChildren(svg);
  graphView.readers = view.nodes.map(() => []);
  graphView.producers = view.nodes.map(() => []);
  for (const [from, to] of view.edges) {
    if (!graphView.readers[from].includes(to)) graphView.readers[from].push(to);
    if (!graphView.producers[to].includes(from)) graphView.producers[to].push(from);
  }
  for (const button of byId("views").children) button.setAttribute("aria-pressed", String(button.dataset.view === view.id));
  const left = view.omitted ? ` The drawing has the first operations; ${numbers.grouped(view.omitted)} more are left out.` : "";
  const undrawn = picture.undrawnWays ? ` ${numbers.grouped(picture.undrawnWays)} very long connections are not drawn; what is told of an operation names them.` : "";
  byId("about-graph").textContent = view.about + left + undrawn;
  graphView.fit(0.55);
  graphView.colour();
  choose(null);
  graphView.viewport.scrollTop = 0;
  graphView.viewport.scrollLeft = (graphView.viewport.scrollWidth - graphView.viewport.clientWidth) / 2;
};

graphView.element = (node, index, box) => {
  const lines = [[node.title, "title"], [node.label ?? node.name, "name"], [node.shape, "shape"]].filter(([text]) => text);
  const group = draw("g", {
    class: `node ${kindClass(node.kind)}`, role: "button", tabindex: index === 0 ? 0 : -1, "data-node": index, transform: `translate(${box.x} ${box.y})`,
    "aria-label": `${node.title}, ${node.name}, ${node.shape}`,
    onclick: () => { choose(index); },
    onfocus: () => { if (state.node !== index) choose(index); },
  });
  group.append(
    draw("title", {}, `${node.title}\n${node.name}\n${node.shape}`),
    draw("rect", { class: "face", width: box.width, height: box.height, rx: 6 }),
    draw("rect", { class: "stripe", x: 0, y: 6, width: 4, height: box.height - 12 }));
  lines.forEach(([text, name], line) => group.append(draw("text", { class: name, x: 13, y: 18 + 16 * line }, shortened(text, name === "name", state.view.picture.lineLength))));
  return group;
};

// MARK: Size

graphView.setZoom = (zoom) => {
  const { viewport, svg } = graphView;
  const before = { x: viewport.scrollLeft + viewport.clientWidth / 2, y: viewport.scrollTop + viewport.clientHeight / 2 };
  const ratio = Math.min(4, Math.max(0.03, zoom)) / graphView.zoom;
  graphView.zoom *= ratio;
  svg.setAttribute("width", state.view.picture.width * graphView.zoom);
  svg.setAttribute("height", state.view.picture.height * graphView.zoom);
  viewport.scrollLeft = before.x * ratio - viewport.clientWidth / 2;
  viewport.scrollTop = before.y * ratio - viewport.clientHeight / 2;
};

graphView.zoomBy = (factor) => graphView.setZoom(graphView.zoom * factor);

/** As wide as there is room; with a least size, which texts can be read at. */
graphView.fit = (least = 0) => {
  const { viewport } = graphView;
  const { width, height } = state.view.picture;
  const wide = (viewport.clientWidth - 4) / width;
  const high = (viewport.clientHeight - 4) / height;
  graphView.setZoom(Math.min(1, Math.max(least, least ? wide : Math.min(wide, high))));
};

byId("larger").addEventListener("click", () => graphView.zoomBy(1.25));
byId("smaller").addEventListener("click", () => graphView.zoomBy(0.8));
byId("fit").addEventListener("click", () => graphView.fit());
graphView.viewport.addEventListener("wheel", (event) => {
  if (!event.ctrlKey) return;
  event.preventDefault();
  graphView.zoomBy(event.deltaY < 0 ? 1.1 : 0.9);
}, { passive: false });
graphView.viewport.addEventListener("pointerdown", (event) => {
  if (event.pointerType !== "mouse" || event.button !== 0 || event.target.closest(".node")) return;
  const { viewport } = graphView;
  const start = { x: event.clientX + viewport.scrollLeft, y: event.clientY + viewport.scrollTop };
  const move = (event) => { viewport.scrollLeft = start.x - event.clientX; viewport.scrollTop = start.y - event.clientY; };
  const end = () => { viewport.classList.remove("dragging"); window.removeEventListener("pointermove", move); window.removeEventListener("pointerup", end); };
  viewport.classList.add("dragging");
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", end);
});

/** Brings a node into sight, large enough to be read. */
graphView.reveal = (node, focuses) => {
  if (graphView.zoom < 0.5) graphView.setZoom(0.8);
  const box = state.view.picture.boxes[node];
  const { viewport, zoom, svg } = graphView;
  const left = svg.getBoundingClientRect().left - viewport.getBoundingClientRect().left + viewport.scrollLeft;
  viewport.scrollTo(left + (box.x + box.width / 2) * zoom - viewport.clientWidth / 2, (box.y + box.height / 2) * zoom - viewport.clientHeight / 2);
  if (focuses) graphView.elements[node].focus({ preventScroll: true });
};

// MARK: Choosing

state.listeners.push(() => {
  graphView.elements.forEach((element, index) => {
    element.classList.toggle("chosen", index === state.node);
    element.setAttribute("tabindex", index === (state.node ?? 0) ? 0 : -1);
  });
  for (const ways of graphView.ways) for (const way of ways.outof) way.classList.remove("into", "outof");
  if (state.node !== null) {
    for (const way of graphView.ways[state.node].into) way.classList.add("into");
    for (const way of graphView.ways[state.node].outof) way.classList.add("outof");
  }
  showDetails();
});

graphView.mark = (nodes) => graphView.elements.forEach((element, index) => element.classList.toggle("found", nodes.has(index)));

graphView.viewport.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !event.target.closest(".node")) return;
  const from = state.node;
  if (from === null) return;
  const boxes = state.view.picture.boxes;
  const middle = (node) => boxes[node].x + boxes[node].width / 2;
  const nearest = (nodes) => [...nodes].sort((a, b) => Math.abs(middle(a) - middle(from)) - Math.abs(middle(b) - middle(from)))[0];
  // What stands beside it: what its own height overlaps, on that side.
  const beside = (side) => boxes.map((box, node) => node)
    .filter((node) => node !== from && side * (middle(node) - middle(from)) > 0 && boxes[node].y < boxes[from].y + boxes[from].height
      && boxes[from].y < boxes[node].y + boxes[node].height);
  const next = {
    ArrowDown: () => nearest(graphView.readers[from]), ArrowUp: () => nearest(graphView.producers[from]),
    ArrowLeft: () => nearest(beside(-1)), ArrowRight: () => nearest(beside(1)),
    Home: () => 0, End: () => boxes.length - 1,
  }[event.key];
  if (next) {
    event.preventDefault();
    const node = next();
    if (node === undefined) return;
    choose(node);
    graphView.reveal(node, true);
  } else if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    byId("details").focus();
  }
});
byId("details").addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || state.node === null) return;
  event.stopPropagation();
  graphView.reveal(state.node, true);
});

// MARK: Colours

/** What nodes can be coloured by besides their kind: a number of an operation of the plan, or of the graph. */
const heats = [
  { name: "weights", of: (node) => nodeWeightBytes(node) },
  { name: "multiply-accumulates", of: (node) => plannedOf(node)?.multiplyAccumulates ?? node.operation?.multiplyAccumulates },
  { name: "time by the cost model", of: (node) => plannedOf(node)?.estimatedSeconds, needsPlan: true },
  { name: "measured time", of: (node) => data.measured?.operations?.[node.planned ?? -1]?.seconds, needsTimes: true },
  { name: "memory of its rings", of: (node) => plannedOf(node)?.results.reduce((sum, value) => sum + (plan.values[value].constant === undefined ? plan.values[value].ringBytes : 0), 0), needsPlan: true },
].filter((heat) => (!heat.needsPlan || plan) && (!heat.needsTimes || data.measured));

function plannedOf(node) { return plan && node.planned !== undefined && node.planned !== null ? plan.operations[node.planned] : undefined; }

function nodeWeightBytes(node) {
  return plannedOf(node)?.weightBytes ?? node.operation?.weights.reduce((sum, weights) => sum + weights.bytes, 0);
}

/** How much of the warm colour the warmest has, in percent: texts on it have to be read. */
const hottest = 60;

graphView.colour = () => {
  const chosen = byId("colouring").value;
  const heat = chosen === "" ? null : heats[Number(chosen)];
  const values = heat ? state.view.nodes.map((node) => heat.of(node) ?? 0) : [];
  const most = Math.max(...values, 0);
  graphView.svg.classList.toggle("heated", heat !== null);
  graphView.elements.forEach((element, index) => element.style.setProperty("--heat", heat && most > 0 ? `${Math.round(hottest * values[index] / most)}%` : "0%"));
  const used = new Set(state.view.nodes.map((node) => kindKey(node.kind)));
  byId("legend").replaceChildren(...heat
    ? [make("span", { class: "heat" }, most > 0 ? `none to the most ${heat.name}` : `this drawing has no ${heat.name}`)]
    : kinds.filter((kind) => used.has(kind)).slice(0, 14).map((kind) => make("span", { class: kindClass(kind) }, kind)));
};
byId("colouring").append(make("option", { value: "" }, "by kind"), ...heats.map((heat, index) => make("option", { value: index }, `by ${heat.name}`)));
byId("colouring").value = "";
byId("colouring").addEventListener("change", graphView.colour);

// MARK: Details

function nodeButton(view, node, text) {
  return make("button", { type: "button", class: "plain mono", onclick: () => showNode(view, node) }, text ?? view.nodes[node].name);
}

/** Facts of a graph's operation, as names and values. */
function graphFacts(operation) {
  const facts = [["Operation", [operation.operation, ...operation.attributes].join(" ")]];
  if (operation.function) facts.push(["Calls", operation.function]);
  for (const value of operation.results) facts.push(["Makes", numbers.value(value)]);
  if (operation.multiplyAccumulates) facts.push(["Multiply-accumulates", numbers.count(operation.multiplyAccumulates)]);
  for (const weights of operation.weights) facts.push(["Weights", `${numbers.value(weights)}, ${numbers.bytes(weights.bytes)}`]);
  return facts;
}

/** Facts of a plan's operation. */
function planFacts(index) {
  const operation = plan.operations[index];
  const facts = [["Kind", operation.kind], ["Algorithm", operation.algorithm]];
  if (operation.parameters) facts.push(["Parameters", operation.parameters]);
  for (const id of operation.results) {
    const value = plan.values[id];
    facts.push(["Makes", `${numbers.value(value)}${value.layout === "rows" ? "" : ", held whole"}`]);
    if (value.layout === "rows") facts.push(["Ring", `${value.ringRows} of ${value.shape[0]} rows, ${numbers.bytes(value.ringBytes)}`]);
    else facts.push(["Memory", numbers.bytes(value.ringBytes)]);
    if (value.arenaOffset !== undefined) facts.push(["In the arena", `from byte ${numbers.grouped(value.arenaOffset)}`]);
    if (value.firstStep !== undefined) facts.push(["Alive", `steps ${numbers.grouped(value.firstStep)} to ${numbers.grouped(value.lastStep)}`]);
  }
  facts.push(["Steps", `${numbers.grouped(operation.stepCount)} of up to ${operation.stepRows} rows, ${numbers.grouped(operation.rows)} rows in all`]);
  facts.push(["Multiply-accumulates", numbers.count(operation.multiplyAccumulates)]);
  if (operation.weightBytes) facts.push(["Weights", `${numbers.bytes(operation.weightBytes)}, packed, ${operation.weights}`]);
  if (operation.scratchBytes) facts.push(["Scratch", `${numbers.bytes(operation.scratchBytes)} for each thread`]);
  facts.push(["By the cost model", `${numbers.seconds(operation.estimatedSeconds)}, ${numbers.share(operation.estimatedSeconds, plan.estimatedSeconds)}`]);
  const measured = data.measured?.operations?.[index];
  if (measured) {
    const speed = measured.gigaflopsPerSecond ? `, ${measured.gigaflopsPerSecond.toFixed(1)} GFLOP/s` : "";
    facts.push(["Measured", `${numbers.seconds(measured.seconds)}, ${(100 * measured.share).toFixed(1)} %${speed}`]);
  }
  for (const other of operation.alternatives) facts.push(["Could be", `${other.name}: ${numbers.seconds(other.estimatedSeconds)}, ${numbers.bytes(other.weightBytes)}`]);
  if (plan.outputs.length > 1) facts.push(["First needed by", plan.outputs[operation.firstExit].name]);
  return facts;
}

function showDetails() {
  const panel = byId("details");
  if (state.node === null) {
    panel.replaceChildren(
      make("h3", {}, "Choose an operation"),
      make("p", { class: "quiet" }, "Click a box, or press Tab until the graph has the focus and go on with the arrow keys. / searches, ? lists all keys."));
    return;
  }
  const view = state.view;
  const node = view.nodes[state.node];
  const isPlanned = node.planned !== undefined && node.planned !== null;
  const facts = isPlanned ? planFacts(node.planned) : node.operation ? graphFacts(node.operation) : [["Makes", node.shape]];
  const list = (title, nodes) => nodes.length ? [make("h4", {}, title), make("ul", {}, nodes.slice(0, 40).map((other) => make("li", {}, nodeButton(view, other))))] : [];
  const elsewhere = data.views.filter((other) => other !== view).map((other) => ({ other, index: other.nodes.findIndex((found) => found.name === node.name) }))
    .filter((found) => found.index >= 0);
  panel.replaceChildren(
    make("h3", {}, node.name), make("div", { class: "quiet" }, node.title),
    make("dl", {}, facts.map(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])),
    ...list("Reads", graphView.producers[state.node]), ...list("Is read by", graphView.readers[state.node]),
    ...elsewhere.length
      ? [make("h4", {}, "The same name in"), make("ul", {}, elsewhere.map(({ other, index }) => make("li", {}, nodeButton(other, index, other.title))))] : []);
}
