// What is shown in numbers: the summary, weights, times, and the table of operations. Last, the page is filled.

// MARK: Summary

function showSummary() {
  byId("file").textContent = data.file;
  byId("notices").replaceChildren(...data.notices.map((notice) => make("p", { class: "notice", role: "note" }, notice)));
  const { model } = data;
  const figures = [];
  if (model) {
    if (model.architecture) figures.push(["Architecture", model.architecture.name, model.architecture.parameters.map(({ name, value }) => `${name} ${value}`).join(", ")]);
    figures.push(["Parameters", numbers.count(model.parameterCount)]);
    if (model.multiplyAccumulates !== undefined) figures.push(["Multiply-accumulates", numbers.count(model.multiplyAccumulates), "of one run"]);
    figures.push(["Operations", numbers.grouped(model.operationCounts.reduce((sum, { count }) => sum + count, 0)), "as read, with calls expanded"]);
  }
  if (plan) {
    const largest = plan.operations.reduce((most, operation) => Math.max(most, operation.stepRows), 0);
    figures.push(
      ["Operations of the plan", numbers.grouped(plan.operations.length)], ["Steps", numbers.grouped(plan.stepCount), `of at most ${largest} rows`],
      ["Arena", numbers.bytes(plan.arenaBytes), `${rings.length} rings and tensors`], ["Weights, packed", numbers.bytes(plan.weightBytes), plan.weights]);
    if (plan.scratchBytesPerThread) figures.push(["Scratch", numbers.bytes(plan.scratchBytesPerThread), "for each thread"]);
    if (plan.fileBytes !== undefined) figures.push(["File", numbers.bytes(plan.fileBytes)]);
    figures.push(["Time by the cost model", numbers.seconds(plan.estimatedSeconds), `on one core, ${plan.costTable}`]);
  }
  if (data.measured) figures.push(["Measured time", numbers.seconds(data.measured.medianSeconds), `${data.measured.threads} threads, ${data.measured.instructionSet}`]);
  byId("figures").replaceChildren(...figures.map(([name, value, more]) => make("div", {}, make("dt", {}, name), make("dd", {}, value, more ? make("small", {}, more) : null))));
  const source = plan ?? model;
  const entries = [...(model ?? plan).inputs.map((value) => ["input", value]), ...(model ?? plan).outputs.map((value) => ["output", value])];
  byId("entries").replaceChildren(make("div", { class: "scroll" }, make(
    "table", {}, make("thead", {}, make("tr", {}, ["", "name", "type"].map((name) => make("th", { scope: "col" }, name)))),
    make("tbody", {}, entries.slice(0, 200).map(([role, value]) => make("tr", {}, make("td", {}, role), make("td", { class: "mono" }, value.name), make("td", { class: "mono" }, numbers.value(value))))))));
  const pairs = [...(source.provenance ?? source.metadata), ...(model?.assumptions ?? []).map((value) => ({ key: "assumed", value }))];
  byId("provenance").replaceChildren(make("table", {}, make("tbody", {}, pairs.slice(0, 500).map(({ key, value }) => make("tr", {}, make("td", { class: "mono" }, key), make("td", { class: "mono" }, value))))));
}

// MARK: Bars

const fewBars = 24;

/** Bars of a list of { label, value, text, share, kind, more }, of which the first are shown until all are asked for. */
function showBars(container, rows) {
  const most = Math.max(...rows.map((row) => row.value), 0);
  const bars = (shown) => make("div", { class: "bars" }, shown.map((row) => {
    const bar = make("i", { class: kindClass(row.kind) });
    bar.style.width = `${most > 0 ? 100 * row.value / most : 0}%`;
    return [
      make("div", {}, row.label, row.more ? make("small", {}, ` ${row.more}`) : null), make("div", { class: "track", "aria-hidden": "true" }, bar),
      make("div", { class: "value" }, row.text, make("small", {}, ` ${row.share}`)),
    ];
  }));
  const show = (count) => {
    container.replaceChildren(bars(rows.slice(0, count)));
    if (rows.length > count) container.append(make("button", { type: "button", onclick: () => show(rows.length) }, `Show all ${numbers.grouped(rows.length)}`));
  };
  show(fewBars);
}

/** Layers that have weights, each constant counted once: what shares its weights with others is one row. */
function weightRows() {
  const rows = new Map();
  const add = (constants, bytes, node, show, kind) => {
    if (!bytes) return;
    const key = constants.join();
    const known = rows.get(key);
    if (known) known.count += 1;
    else rows.set(key, { bytes, node, show, kind, count: 1 });
  };
  if (plan) {
    plan.operations.forEach((operation, index) => add(operation.constants, operation.weightBytes, operation.name, () => showOperation(index), operation.kind));
  } else {
    const view = data.views[0];
    view.nodes.forEach((node, index) => {
      if (node.operation) add(node.operation.weights.map((weights) => weights.constant), nodeWeightBytes(node), node.name, () => showNode(view, index), node.kind);
    });
  }
  return [...rows.values()].sort((a, b) => b.bytes - a.bytes);
}

function showWeights() {
  const rows = weightRows();
  const total = rows.reduce((sum, row) => sum + row.bytes, 0);
  showBars(byId("weight-bars"), rows.map((row) => ({
    label: make("button", { type: "button", class: "plain mono", onclick: row.show }, row.node), value: row.bytes, text: numbers.bytes(row.bytes),
    share: numbers.share(row.bytes, total), kind: row.kind, more: row.count > 1 ? `shared by ${row.count} operations` : null,
  })));
  const half = rows.reduce((state, row) => (state.sum >= total / 2 ? state : { sum: state.sum + row.bytes, count: state.count + 1 }), { sum: 0, count: 0 }).count;
  byId("about-weights").textContent = rows.length
    ? `${numbers.bytes(total)} in ${rows.length} layers${plan ? ", as they are packed for the kernels" : ""}; half of it in ${half}. Bars have the colours of the kinds.`
    : "No operation has weights.";
}

function showTimes() {
  const measured = data.measured?.operations;
  const seconds = (index) => (measured ? measured[index].seconds : plan.operations[index].estimatedSeconds);
  const total = plan.operations.reduce((sum, operation, index) => sum + seconds(index), 0);
  const rows = plan.operations.map((operation, index) => ({ operation, index })).sort((a, b) => seconds(b.index) - seconds(a.index));
  showBars(byId("time-bars"), rows.map(({ operation, index }) => {
    const speed = measured?.[index].gigaflopsPerSecond;
    return {
      label: operationButton(index), value: seconds(index), text: numbers.seconds(seconds(index)), share: numbers.share(seconds(index), total), kind: operation.kind,
      more: `${operation.algorithm}${speed ? `, ${speed.toFixed(1)} GFLOP/s` : ""}`,
    };
  }));
  byId("about-times").textContent = measured
    ? `As measured: ${data.measured.runs} runs with ${data.measured.threads} threads, ${data.measured.instructionSet}; the median run took ${numbers.seconds(data.measured.medianSeconds)}.`
    : `By the cost model (${plan.costTable}), on one core. With --bench FILE, times as bench --json --per-operation has measured them stand here.`;
}

// MARK: Operations

const columns = plan ? [
  { name: "#", of: (operation, index) => index, text: (value) => value },
  { name: "name", of: (operation) => operation.name, cell: (operation, index) => operationButton(index) },
  { name: "algorithm", of: (operation) => operation.algorithm },
  { name: "shape", of: (operation) => operation.results.map((value) => plan.values[value].shape.join("x")).join(", ") },
  { name: "step", of: (operation) => operation.stepRows, text: (value) => `${value} rows` },
  { name: "steps", of: (operation) => operation.stepCount, text: numbers.grouped },
  { name: "ring", of: (operation) => operation.results.reduce((sum, value) => sum + plan.values[value].ringBytes, 0), text: (value) => (value ? numbers.bytes(value) : "") },
  { name: "ring rows", of: (operation) => ringRows(operation), text: (value, operation) => ringRowsText(operation) },
  { name: "MACs", of: (operation) => operation.multiplyAccumulates, text: numbers.count },
  { name: "weights", of: (operation) => operation.weightBytes, text: (value) => (value ? numbers.bytes(value) : "") },
  { name: "model", of: (operation) => operation.estimatedSeconds, text: numbers.seconds },
  ...data.measured ? [{ name: "measured", of: (operation, index) => data.measured.operations[index].seconds, text: numbers.seconds }] : [],
] : [];

function ringRows(operation) { return operation.results.length ? plan.values[operation.results[0]].ringRows : 0; }

function ringRowsText(operation) {
  const value = operation.results.length ? plan.values[operation.results[0]] : null;
  if (!value) return "";
  return value.layout === "rows" ? `${value.ringRows} of ${value.shape[0]}` : "whole";
}

const table = { sorted: 0, isDescending: false, most: 400 };

function showTable() {
  const column = columns[table.sorted];
  const order = plan.operations.map((operation, index) => ({ operation, index, key: column.of(operation, index) }));
  order.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.index - b.index) * (table.isDescending ? -1 : 1));
  const isNumber = (column) => typeof column.of(plan.operations[0], 0) === "number";
  const heads = columns.map((column, index) => make(
    "th", { scope: "col", class: isNumber(column) ? "number" : null, "aria-sort": index === table.sorted ? (table.isDescending ? "descending" : "ascending") : null },
    make("button", {
      type: "button", onclick: () => {
        table.isDescending = table.sorted === index ? !table.isDescending : isNumber(column) && index > 0;
        table.sorted = index;
        showTable();
        byId("operation-table").querySelectorAll("th button")[index].focus();
      },
    }, column.name, index === table.sorted ? (table.isDescending ? " ↓" : " ↑") : "")));
  const chosen = chosenOperation();
  const rows = order.slice(0, table.most).map(({ operation, index, key }) => make(
    "tr", { "data-operation": index, class: index === chosen ? "chosen" : null },
    columns.map((column) => {
      const value = column.of(operation, index);
      return make("td", { class: isNumber(column) ? "number" : null }, column.cell ? column.cell(operation, index) : column.text ? column.text(value, operation) : value);
    })));
  byId("operation-table").replaceChildren(make("table", {}, make("thead", {}, make("tr", {}, heads)), make("tbody", {}, rows)));
  if (order.length > table.most) {
    byId("operation-table").append(make("button", { type: "button", onclick: () => { table.most = Infinity; showTable(); } }, `Show all ${numbers.grouped(order.length)}`));
  }
}

// MARK: The page

for (const element of document.querySelectorAll('[data-needs="plan"]')) element.hidden = !plan || plan.stepCount === 0;
byId("views").replaceChildren(...data.views.map((view) => make("button", { type: "button", "data-view": view.id, "aria-pressed": "false", onclick: () => graphView.show(view) }, view.title)));
showSummary();
showWeights();
if (plan && plan.stepCount > 0) {
  showTimes();
  showTable();
  state.listeners.push(() => {
    const chosen = chosenOperation();
    for (const row of byId("operation-table").querySelectorAll("tr[data-operation]")) row.classList.toggle("chosen", Number(row.dataset.operation) === chosen);
  });
  drawPictures();
}
graphView.show(state.view);
