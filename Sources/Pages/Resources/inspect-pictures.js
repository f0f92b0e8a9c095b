// The schedule and the arena over the steps: which operation makes rows when, and which bytes are whose. Both pictures have the steps
// from left to right, and the same cursor.

const pictures = {
  /** Bytes and rings that are alive from a step on, for each step at which that changes. */
  alive: [],
  leftMargin: 0,
  width: 0,
  cursors: [],
};

/** From early operations to late ones. */
function hueOf(operation) { return Math.round(265 - 245 * operation / Math.max(1, plan.operations.length - 1)); }

/** The rings in the arena: the values with the operation that makes each. Inputs of bytes have none. */
const rings = plan ? ringsOf() : [];

function ringsOf() {
  const makers = new Map();
  plan.operations.forEach((operation, index) => operation.results.forEach((value) => makers.set(value, index)));
  return plan.values.map((value, index) => ({ ...value, index, maker: makers.get(index) ?? null }))
    .filter((ring) => ring.arenaOffset !== undefined && ring.firstStep !== undefined && ring.ringBytes > 0);
}

function aliveOverSteps() {
  const changes = new Map();
  const add = (step, bytes, count) => {
    const change = changes.get(step) ?? { bytes: 0, count: 0 };
    changes.set(step, { bytes: change.bytes + bytes, count: change.count + count });
  };
  for (const ring of rings) {
    add(ring.firstStep, ring.ringBytes, 1);
    add(ring.lastStep + 1, -ring.ringBytes, -1);
  }
  let [bytes, count] = [plan.zeroRowBytes, 0];
  return [...changes.keys()].sort((a, b) => a - b).map((step) => {
    bytes += changes.get(step).bytes;
    count += changes.get(step).count;
    return { step, bytes, count };
  });
}

/** What is alive at a step. */
function aliveAt(step) {
  let [low, high] = [0, pictures.alive.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pictures.alive[middle].step <= step) low = middle + 1;
    else high = middle;
  }
  return pictures.alive[low - 1] ?? { step: 0, bytes: 0, count: 0 };
}

// MARK: Frame

/** The x of a step. */
function stepX(step) { return pictures.leftMargin + (pictures.width - pictures.leftMargin - 12) * step / Math.max(1, plan.stepCount); }

function stepAxis(svg, y, top) {
  const count = pictures.width < 600 ? 3 : 6;
  for (let i = 0; i <= count; i += 1) {
    const step = Math.round(plan.stepCount * i / count);
    const x = stepX(step);
    svg.append(
      draw("line", { class: "rule", x1: x, x2: x, y1: top, y2: y }),
      draw("text", { class: "axis", x, y: y + 15, "text-anchor": i === 0 ? "start" : i === count ? "end" : "middle" }, i === 0 ? "step 0" : numbers.grouped(step)));
  }
}

/** A picture in which the pointer moves the cursor. */
function pictureFrame(container, height, label) {
  const svg = draw("svg", { width: pictures.width, height, viewBox: `0 0 ${pictures.width} ${height}`, role: "group", "aria-label": label });
  svg.addEventListener("pointermove", (event) => {
    const x = event.clientX - svg.getBoundingClientRect().left;
    const share = (x - pictures.leftMargin) / (pictures.width - pictures.leftMargin - 12);
    if (share >= 0 && share <= 1) setStep(Math.min(plan.stepCount - 1, Math.floor(share * plan.stepCount)));
  });
  container.replaceChildren(svg);
  return svg;
}

function addCursor(svg, top, bottom) {
  const line = draw("line", { class: "cursor", y1: top, y2: bottom, x1: 0, x2: 0 });
  svg.append(line);
  pictures.cursors.push(line);
}

// MARK: Schedule

function drawSchedule() {
  const count = plan.operations.length;
  const rowHeight = count <= 120 ? 18 : count <= 600 ? 9 : 4;
  const hasNames = rowHeight >= 14;
  const height = count * rowHeight + 26;
  const svg = pictureFrame(byId("schedule-picture"), height, "The schedule: a row for each operation, its steps from left to right");
  const { stepsPerColumn } = data.schedule;
  pictures.strips = [];
  data.schedule.rows.forEach((cells, operation) => {
    const y = operation * rowHeight + 2;
    const name = plan.operations[operation].name;
    const back = draw("rect", { class: "strip-back", x: 0, y, width: pictures.width, height: rowHeight, onclick: () => showOperation(operation) }, draw("title", {}, name));
    let most = 0;
    for (let i = 1; i < cells.length; i += 2) most = Math.max(most, cells[i]);
    let path = "";
    let column = 0;
    const inner = rowHeight - (rowHeight > 6 ? 4 : 1);
    const bottom = y + inner + (rowHeight > 6 ? 2 : 0);
    for (let i = 0; i < cells.length; i += 2) {
      column += cells[i];
      const x = stepX(column * stepsPerColumn);
      const right = Math.max(stepX(Math.min(plan.stepCount, (column + 1) * stepsPerColumn)), x + 0.6);
      const top = bottom - inner * (0.25 + 0.75 * cells[i + 1] / most);
      path += `M${x.toFixed(1)} ${bottom}V${top.toFixed(1)}H${right.toFixed(1)}V${bottom}z`;
    }
    const strip = draw("path", { class: "strip", d: path, onclick: () => showOperation(operation) }, draw("title", {}, name));
    strip.style.setProperty("--hue", hueOf(operation));
    svg.append(back, strip);
    if (hasNames) svg.append(draw("text", { x: 8, y: y + rowHeight - 5, "pointer-events": "none" }, fitted(name, pictures.leftMargin - 14)));
    pictures.strips.push(back);
  });
  stepAxis(svg, count * rowHeight + 4, 0);
  addCursor(svg, 0, count * rowHeight + 4);
}

const characterWidth = 6.7;

/** As much of a name as fits, its end kept. */
function fitted(text, width) {
  const most = Math.max(3, Math.floor(width / characterWidth));
  const characters = [...text];
  return characters.length <= most ? text : `…${characters.slice(characters.length - most + 1).join("")}`;
}

// MARK: Arena

function drawArena() {
  const [curveHeight, gap, height] = [64, 14, 420];
  const top = curveHeight + gap;
  const svg = pictureFrame(byId("arena-picture"), top + height + 28, "The arena: bytes from top to bottom, steps from left to right");
  const y = (bytes) => top + height * bytes / Math.max(1, plan.arenaBytes);
  for (let i = 0; i <= 4; i += 1) {
    const bytes = plan.arenaBytes * i / 4;
    svg.append(
      draw("line", { class: "rule", x1: pictures.leftMargin, x2: pictures.width - 12, y1: y(bytes), y2: y(bytes) }),
      draw("text", { class: "axis", x: pictures.leftMargin - 6, y: Math.max(top + 9, y(bytes) + 4), "text-anchor": "end" }, numbers.bytes(Math.round(bytes))));
  }
  stepAxis(svg, top + height, 0);
  drawAlive(svg, curveHeight);
  // Smaller ones would be no more than a line.
  const drawn = rings.length <= 1500 ? rings : [...rings].sort((a, b) => b.ringBytes * (b.lastStep - b.firstStep + 1) - a.ringBytes * (a.lastStep - a.firstStep + 1)).slice(0, 1500);
  pictures.ringElements = drawn.map((ring) => {
    const x = stepX(ring.firstStep);
    const width = Math.max(1, stepX(ring.lastStep + 1) - x);
    const ringHeight = Math.max(0.75, y(ring.arenaOffset + ring.ringBytes) - y(ring.arenaOffset));
    const name = ring.maker === null ? `value ${ring.index}` : plan.operations[ring.maker].name;
    const rows = ring.layout === "rows" ? `${ring.ringRows} of ${ring.shape[0]} rows` : "held whole";
    const rectangle = draw(
      "rect", {
        class: "ring", x, y: y(ring.arenaOffset), width, height: ringHeight, rx: Math.min(3, ringHeight / 3),
        onclick: () => { if (ring.maker !== null) showOperation(ring.maker); },
      },
      draw("title", {}, `${name}\n${rows}, ${numbers.bytes(ring.ringBytes)}\nsteps ${numbers.grouped(ring.firstStep)} to ${numbers.grouped(ring.lastStep)}`));
    rectangle.style.setProperty("--hue", hueOf(ring.maker ?? 0));
    svg.append(rectangle);
    if (ringHeight >= 13 && width >= 60) {
      const last = name.slice(name.lastIndexOf(".") + 1);
      const label = [`${name} · ${rows}`, `${last} · ${rows}`, name].find((text) => text.length * characterWidth <= width - 10) ?? fitted(last, width - 10);
      svg.append(draw("text", { class: "ring-name", x: x + 5, y: y(ring.arenaOffset) + Math.min(ringHeight / 2 + 4, 16) }, label));
    }
    return { ring, rectangle };
  });
  addCursor(svg, 0, top + height);
  byId("about-arena").textContent = `${rings.length} rings of rows and tensors share ${numbers.bytes(plan.arenaBytes)}: each box is one, as tall as its bytes, as long as it is alive. `
    + "Colours go from the first operations to the last. The curve above is what is alive at a time."
    + (drawn.length < rings.length ? ` The ${rings.length - drawn.length} smallest are not drawn.` : "");
}

/** The bytes that are alive, as a curve. */
function drawAlive(svg, height) {
  const peak = pictures.alive.reduce((most, change) => (change.bytes > most.bytes ? change : most), { bytes: 0, step: 0 });
  const y = (bytes) => height - (height - 16) * bytes / Math.max(1, peak.bytes);
  let path = `M${stepX(0)} ${height}`;
  for (const { step, bytes } of pictures.alive) path += `H${stepX(Math.min(step, plan.stepCount)).toFixed(1)}V${y(bytes).toFixed(1)}`;
  path += `H${stepX(plan.stepCount)}V${height}z`;
  const x = stepX(peak.step);
  const isRight = x > pictures.width / 2;
  svg.append(
    draw("path", { class: "alive", d: path }),
    draw("text", { x: isRight ? x - 4 : x + 4, y: 12, "text-anchor": isRight ? "end" : "start" }, `most at step ${numbers.grouped(peak.step)}: ${numbers.bytes(peak.bytes)}`));
}

// MARK: Cursor

function setStep(step) {
  byId("step").value = step;
  for (const cursor of pictures.cursors) {
    const x = stepX(step + 0.5);
    cursor.setAttribute("x1", x);
    cursor.setAttribute("x2", x);
  }
  const column = Math.floor(step / data.schedule.stepsPerColumn);
  const making = [];
  data.schedule.rows.forEach((cells, operation) => {
    let at = 0;
    let rows = 0;
    for (let i = 0; i < cells.length; i += 2) {
      at += cells[i];
      if (at === column) making.push(`${plan.operations[operation].name} rows ${rows}–${rows + cells[i + 1] - 1}`);
      if (at >= column) break;
      rows += cells[i + 1];
    }
  });
  const first = column * data.schedule.stepsPerColumn;
  const last = Math.min(plan.stepCount, first + data.schedule.stepsPerColumn) - 1;
  const span = first === last ? numbers.grouped(first) : `${numbers.grouped(first)}–${numbers.grouped(last)}`;
  const alive = aliveAt(step);
  const shown = making.slice(0, 3).join("; ") + (making.length > 3 ? ` and ${making.length - 3} more` : "");
  byId("at-step").textContent = `${span}: ${shown}. Alive: ${alive.count} ring${alive.count === 1 ? "" : "s"}, ${numbers.bytes(alive.bytes)}`;
}

function drawPictures() {
  pictures.width = byId("arena-picture").clientWidth;
  if (pictures.width === 0) return;
  pictures.leftMargin = pictures.width < 600 ? 84 : 190;
  pictures.cursors = [];
  drawSchedule();
  drawArena();
  setStep(Number(byId("step").value));
  markChosenRings();
}

function markChosenRings() {
  if (!pictures.strips) return;
  const operation = chosenOperation();
  pictures.strips.forEach((strip, index) => strip.classList.toggle("chosen", index === operation));
  for (const { ring, rectangle } of pictures.ringElements) rectangle.classList.toggle("chosen", operation !== null && ring.maker === operation);
}

if (plan && plan.stepCount > 0) {
  pictures.alive = aliveOverSteps();
  byId("step").max = plan.stepCount - 1;
  byId("step").addEventListener("input", () => setStep(Number(byId("step").value)));
  const tall = data.schedule.stepsPerColumn === 1 ? "" : ` Each column of the picture stands for ${data.schedule.stepsPerColumn} steps.`;
  byId("about-memory").textContent = `A run is ${numbers.grouped(plan.stepCount)} steps, one after the other; in each, one operation makes some of its rows. `
    + `A bar is as high as the operation makes many rows there.${tall} The slider, or the pointer over a picture, tells what happens at a step.`;
  state.listeners.push(markChosenRings);
  new ResizeObserver(() => { if (byId("arena-picture").clientWidth !== pictures.width) drawPictures(); }).observe(byId("arena-picture"));
}
