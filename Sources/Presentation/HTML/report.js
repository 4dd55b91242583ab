// Makes all images searchable and sortable. The page is complete without this script; nothing is
// loaded, and every text goes in as text.
"use strict";
(function () {
  const source = document.getElementById("image-data");
  const plain = document.getElementById("plain");
  if (!source || !plain) return;

  const STATES = new Set(["missing", "unreadable", "loop", "invalid", "outside-pools"]);
  const SLACK = 8; // rows above and below those that are seen
  const TALLEST = 8000000; // pixels; browsers cannot show much taller boxes

  // A row: [folder, name, format, virtual, on disk, state, pool, number].
  const rows = [];
  for (const [folder, pool, files] of JSON.parse(source.textContent)) {
    const start = folder === "/" ? "/" : folder + "/";
    for (const [name, format, size, used, state, number] of files) {
      rows.push([start, name, format, size, used, state, pool, number]);
    }
  }
  const words = rows.map((row) =>
    (row[0] + row[1] + "\n" + row[2] + "\n" + row[5] + "\n" + row[6] + "\n#" + row[7]).toLowerCase());
  // The rows come in the order of their paths, which is that of the first column.
  const text = (place) => (a, b) => (a[place] < b[place] ? -1 : a[place] > b[place] ? 1 : 0);
  const number = (place) => (a, b) => (a[place] ?? -1) - (b[place] ?? -1);
  const columns = [
    { title: "Image", compare: () => 0 },
    { title: "Format", compare: text(2) },
    { title: "Virtual", compare: number(3), isNumber: true },
    { title: "On disk", compare: number(4), isNumber: true },
    { title: "Backing", compare: text(5) },
    { title: "Pool", compare: text(6) },
    { title: "Number", compare: number(7), isNumber: true },
  ];

  function element(name, attributes, text) {
    const made = document.createElement(name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // The words of HumanWords.size.
  function size(bytes) {
    if (bytes === null) return "?";
    const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let value = bytes;
    let unit = 0;
    while (value >= 1023.5 && unit < units.length - 1) {
      value /= 1024;
      unit += 1;
    }
    const scale = value >= 99.95 ? 1 : value >= 9.995 ? 10 : 100;
    return Math.floor(value * scale + 0.5) / scale + " " + units[unit];
  }

  const count = (number) => number.toLocaleString("en-US");

  // The controls.
  const search = element("div", { class: "search", role: "search" });
  const input = element("input", { type: "search", id: "filter", autocomplete: "off", spellcheck: "false" });
  const told = element("span", { id: "found", role: "status" });
  search.append(element("label", { for: "filter" }, "Search all images"), input, told);

  // The table, of which only the rows that are seen exist.
  const frame = element("div", { class: "virtual", tabindex: "0", role: "group", "aria-label": "All images" });
  const table = element("table", {});
  const group = element("colgroup", {});
  group.append(element("col", { class: "wide" }));
  const head = element("tr", { "aria-rowindex": "1" });
  const buttons = columns.map((column) => {
    const cell = element("th", column.isNumber ? { scope: "col", class: "number" } : { scope: "col" });
    const button = element("button", { type: "button" }, column.title);
    cell.append(button);
    head.append(cell);
    return button;
  });
  const thead = element("thead", {});
  thead.append(head);
  const body = element("tbody", {});
  table.append(element("caption", { class: "hidden" }, "All images; the headings sort"), group, thead, body);
  frame.append(table);

  let shown = rows.map((_, index) => index);
  let order = { column: 0, down: false };
  let drawn = "";
  let height = 34; // pixels of a row; measured once there is one

  function line(index, place) {
    const row = rows[index];
    const made = element("tr", { "aria-rowindex": String(place + 2) });
    const name = element("th", { scope: "row", class: "path", title: row[0] + row[1] });
    const cut = element("span", { class: "cut" });
    cut.append(element("span", { class: "folder" }, row[0]), element("span", { class: "file" }, row[1]));
    name.append(cut);
    made.append(
      name, element("td", {}, row[2]), element("td", { class: "number" }, size(row[3])),
      element("td", { class: "number" }, size(row[4])),
      element("td", STATES.has(row[5]) ? { class: row[5] } : {}, row[5]), element("td", {}, row[6]),
      element("td", { class: "number" }, "#" + row[7]));
    return made;
  }

  function spacer(pixels) {
    const made = element("tr", { "aria-hidden": "true" });
    const cell = element("td", { colspan: String(columns.length) });
    cell.style.height = pixels + "px";
    made.append(cell);
    return made;
  }

  function draw(force) {
    const tall = Math.min(shown.length * height, TALLEST);
    const seen = Math.ceil(frame.clientHeight / height) + 1;
    const part = tall > frame.clientHeight ? frame.scrollTop / (tall - frame.clientHeight) : 0;
    const exact = tall < TALLEST ? frame.scrollTop / height : part * (shown.length - seen);
    const first = Math.max(0, Math.min(Math.floor(exact), shown.length - seen) - SLACK);
    const last = Math.min(shown.length, first + seen + 2 * SLACK);
    if (!force && drawn === first + "-" + last) return;
    drawn = first + "-" + last;
    const lines = [];
    for (let place = first; place < last; place += 1) lines.push(line(shown[place], place));
    const above = tall < TALLEST ? first * height : Math.max(0, Math.min(frame.scrollTop, tall) - SLACK * height);
    const below = Math.max(0, tall - above - (last - first) * height);
    body.replaceChildren(spacer(first ? above : 0), ...lines, spacer(below));
  }

  function arrange() {
    const wanted = input.value.toLowerCase().split(" ").filter((word) => word);
    shown = [];
    for (let index = 0; index < rows.length; index += 1) {
      if (wanted.every((word) => words[index].includes(word))) shown.push(index);
    }
    const compare = columns[order.column].compare;
    const sign = order.down ? -1 : 1;
    // Where only the path decides, it is turned round too.
    const last = order.column === 0 ? sign : 1;
    shown.sort((a, b) => sign * compare(rows[a], rows[b]) || last * (a - b));
    table.setAttribute("aria-rowcount", String(shown.length + 1));
    told.textContent = shown.length === rows.length
      ? count(rows.length) + (rows.length === 1 ? " image" : " images")
      : count(shown.length) + " of " + count(rows.length);
    frame.scrollTop = 0;
    draw(true);
  }

  function mark() {
    buttons.forEach((button, index) => {
      if (index !== order.column) button.parentElement.removeAttribute("aria-sort");
      else button.parentElement.setAttribute("aria-sort", order.down ? "descending" : "ascending");
    });
  }

  buttons.forEach((button, index) => {
    button.addEventListener("click", () => {
      // Numbers are looked at from the greatest, texts from the first.
      const down = order.column === index ? !order.down : Boolean(columns[index].isNumber);
      order = { column: index, down };
      mark();
      arrange();
    });
  });
  let waiting = 0;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(arrange, rows.length > 20000 ? 120 : 0);
  });
  frame.addEventListener("scroll", () => draw(false), { passive: true });
  addEventListener("resize", () => draw(true));
  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("details")) part.open = true;
  });

  plain.style.display = "none";
  plain.before(search, frame);
  mark();
  arrange();
  const sample = body.querySelector("tr:not([aria-hidden])");
  if (sample && sample.offsetHeight) height = sample.offsetHeight;
  draw(true);
})();
