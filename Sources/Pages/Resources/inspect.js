// The page of `venule inspect --html`: its data, what is chosen, search and keys. Its other parts are in inspect-graph.js,
// inspect-pictures.js and inspect-tables.js, in this order behind this file.
//
// The data (Sources/venule/Inspection/InspectionPage.swift):
//   file, version, notices
//   model      what `inspect --json` prints of a model, its functions left out
//   plan       what it prints of a plan
//   views      drawings of the graph: nodes, edges [from, to, result], groups, and a picture with the place of each
//   schedule   for each operation of the plan, how many rows it makes in each column of steps
//   measured   what `bench --json --per-operation` printed

const data = JSON.parse(document.getElementById("data").textContent);
const plan = data.plan ?? null;
const byId = (id) => document.getElementById(id);

// MARK: Numbers

const numbers = {
  bytes(count) {
    if (count < 1024) return `${count} B`;
    if (count < 1 << 20) return `${(count / 1024).toFixed(1)} KiB`;
    return `${(count / (1 << 20)).toFixed(1)} MiB`;
  },
  grouped(count) { return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ","); },
  count(count) {
    if (count >= 1e9) return `${(count / 1e9).toFixed(2)} G`;
    if (count >= 1e6) return `${(count / 1e6).toFixed(2)} M`;
    return numbers.grouped(count);
  },
  seconds(seconds) {
    if (seconds < 1e-3) return `${(seconds * 1e6).toFixed(1)} µs`;
    if (seconds < 1) return `${(seconds * 1e3).toFixed(2)} ms`;
    return `${seconds.toFixed(2)} s`;
  },
  share(part, whole) { return whole > 0 ? `${(100 * part / whole).toFixed(1)} %` : ""; },
  value(value) { return `${value.element} [${value.shape.join(", ")}]`; },
};

// MARK: Kinds and their colours

/** The kinds of all drawings, the most frequent first; what has the same name in a graph and in a plan has the same colour. */
const kinds = (() => {
  const counts = new Map();
  for (const view of data.views) {
    for (const node of view.nodes) counts.set(kindKey(node.kind), (counts.get(kindKey(node.kind)) ?? 0) + 1);
  }
  return [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || (a < b ? -1 : 1));
})();

function kindKey(kind) { return kind.replace(/-/g, " "); }

/** The class of a kind's colour: the last one is for all rarer kinds. */
function kindClass(kind) { return `k${Math.min(9, Math.max(0, kinds.indexOf(kindKey(kind))))}`; }

// MARK: What is chosen

const state = {
  view: data.views[data.views.length - 1],
  /** The index of a node in the view. */
  node: null,
  listeners: [],
};

/** Chooses a node of the view that is shown, or none. */
function choose(node) {
  state.node = node;
  for (const listener of state.listeners) listener();
}

/** The node of a plan's operation in the view of the plan; null where it is not drawn. */
function plannedNode(operation) {
  const view = data.views.find((view) => view.id === "plan");
  const node = view ? view.nodes.findIndex((node) => node.planned === operation) : -1;
  return node < 0 ? null : { view, node };
}

/** The index of the plan's operation that is chosen, or that has the chosen node's name. */
function chosenOperation() {
  if (state.node === null || !plan) return null;
  const node = state.view.nodes[state.node];
  if (node.planned !== undefined && node.planned !== null) return node.planned;
  const operation = plan.operations.findIndex((operation) => operation.name === node.name);
  return operation < 0 ? null : operation;
}

/** Shows an operation of the plan in the graph. */
function showOperation(operation) {
  const place = plannedNode(operation);
  if (place) showNode(place.view, place.node);
}

/** Shows a node of any view, and gives it the focus. */
function showNode(view, node) {
  if (state.view !== view) graphView.show(view);
  choose(node);
  byId("graph").scrollIntoView({ block: "start" });
  graphView.reveal(node, true);
}

/** A button with an operation's name, which shows it. */
function operationButton(operation) {
  return make("button", { type: "button", class: "plain mono", onclick: () => showOperation(operation) }, plan.operations[operation].name);
}

// MARK: Search

const search = { input: byId("search"), list: byId("found"), hits: [], active: 0 };

search.find = (text) => {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word);
  search.hits = [];
  if (words.length) {
    const views = [state.view, ...data.views.filter((view) => view !== state.view).reverse()];
    for (const view of views) {
      view.nodes.forEach((node, index) => {
        if (search.hits.length >= 60) return;
        const where = `${node.name} ${node.title} ${node.kind} ${node.shape}`.toLowerCase();
        if (words.every((word) => where.includes(word))) search.hits.push({ view, node: index });
      });
    }
  }
  search.active = 0;
  search.show();
};

search.show = () => {
  const isOpen = search.input.value.trim() !== "";
  search.list.replaceChildren();
  if (isOpen && !search.hits.length) search.list.append(make("li", { role: "option", "aria-disabled": "true" }, "Nothing found"));
  search.hits.forEach((hit, index) => {
    const node = hit.view.nodes[hit.node];
    const item = make(
      "li", { role: "option", id: `hit-${index}`, "aria-selected": String(index === search.active), onclick: () => search.take(index) },
      make("span", { class: "mono" }, node.name), make("small", {}, `${node.title} · ${hit.view.title}`));
    search.list.append(item);
  });
  search.list.hidden = !isOpen;
  search.input.setAttribute("aria-expanded", String(isOpen));
  if (search.hits.length) search.input.setAttribute("aria-activedescendant", `hit-${search.active}`);
  else search.input.removeAttribute("aria-activedescendant");
  search.list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  graphView.mark(new Set(search.hits.filter((hit) => hit.view === state.view).map((hit) => hit.node)));
};

search.take = (index) => {
  const hit = search.hits[index];
  if (!hit) return;
  search.close();
  showNode(hit.view, hit.node);
};

search.close = () => {
  search.input.value = "";
  search.find("");
};

search.input.addEventListener("input", () => search.find(search.input.value));
search.input.addEventListener("keydown", (event) => {
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (move && search.hits.length) {
    search.active = (search.active + move + search.hits.length) % search.hits.length;
    search.show();
  } else if (event.key === "Enter") {
    search.take(search.active);
  } else if (event.key === "Escape") {
    search.close();
    search.input.blur();
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
});
document.addEventListener("click", (event) => {
  if (!search.list.hidden && !event.target.closest(".search")) search.close();
});

// MARK: Keys

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, dialog")) return;
  const actions = {
    "/": () => search.input.focus(),
    "?": () => byId("keys").showModal(),
    "+": () => graphView.zoomBy(1.25),
    "=": () => graphView.zoomBy(1.25),
    "-": () => graphView.zoomBy(0.8),
    0: () => graphView.fit(),
    Escape: () => { if (state.node !== null) { choose(null); document.activeElement?.blur?.(); } },
  };
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
});
byId("help").addEventListener("click", () => byId("keys").showModal());
