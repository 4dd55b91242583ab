// Makes all images searchable and sortable, and opens each. The page is complete without this script; nothing is
// loaded, and every text goes in as text.
"use strict";
(function () {
  const source = document.getElementById("image-data");
  const plain = document.getElementById("plain");
  if (!source || !plain) return;

  const STATES = new Set(["missing", "unreadable", "loop", "invalid", "outside-pools"]);
  const RANK = ["in error", "warning", "acknowledged", "worth knowing", "fine"];
  const TONES = { "in error": "error", warning: "warning" };
  const SLACK = 8; // rows above and below those that are seen
  const TALLEST = 8000000; // pixels; browsers cannot show much taller boxes

  // A row: [folder, name, format, virtual, on disk, backing, pool, number, state, cards, base, first, changed].
  const rows = [];
  for (const [folder, pool, files] of JSON.parse(source.textContent)) {
    const start = folder === "/" ? "/" : folder + "/";
    for (const [name, format, size, used, backing, number, state, cards, base, first, changed] of files) {
      const path = base ? (base.startsWith("/") ? base : start + base) : "";
      rows.push([start, name, format, size, used, backing, pool, number, state || "fine", cards || [], path, first, changed]);
    }
  }
  const words = rows.map((row) =>
    (row[0] + row[1] + "\n" + row[2] + "\n" + row[5] + "\n" + row[6] + "\n#" + row[7] + "\n" + row[8]).toLowerCase());
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
    { title: "State", compare: (a, b) => RANK.indexOf(a[8]) - RANK.indexOf(b[8]) },
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
  // Choices, each where there is more than one thing to choose.
  const tools = element("div", { class: "search tools" });
  const choices = [];
  function choice(name, place, values) {
    if (values.length < 2) return;
    const label = element("label", {}, name + " ");
    const select = element("select", {});
    select.append(element("option", { value: "" }, "all"));
    for (const value of values) select.append(element("option", { value }, value));
    select.addEventListener("change", arrange);
    label.append(select);
    tools.append(label);
    choices.push({ place, select });
  }
  const values = (place) => [...new Set(rows.map((row) => row[place]))].filter((value) => value).sort();
  choice("State", 8, RANK.filter((word) => rows.some((row) => row[8] === word)));
  choice("Pool", 6, values(6));
  choice("Format", 2, values(2));

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
    const open = element("a", { href: "#i" + row[7], class: "open" });
    open.append(cut);
    name.append(open);
    made.append(
      name, element("td", {}, row[2]), element("td", { class: "number" }, size(row[3])),
      element("td", { class: "number" }, size(row[4])),
      element("td", STATES.has(row[5]) ? { class: row[5] } : {}, row[5]), element("td", {}, row[6]),
      element("td", { class: "number" }, "#" + row[7]),
      element("td", TONES[row[8]] ? { class: TONES[row[8]] } : {}, row[8]));
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
      const row = rows[index];
      if (wanted.every((word) => words[index].includes(word)) &&
        choices.every(({ place, select }) => !select.value || row[place] === select.value)) shown.push(index);
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

  // One image: its chain, what stands on it, what is wrong with it, and where its history is.
  const one = element("div", { id: "one", role: "region", "aria-label": "One image", tabindex: "-1" });
  one.hidden = true;
  const places = new Map(rows.map((row, index) => [row[0] + row[1], index]));
  const numbers = new Map(rows.map((row, index) => [row[7], index]));
  let above; // by base the images on it; made when it is needed
  function standing(path) {
    if (!above) {
      above = new Map();
      for (const row of rows) {
        if (!row[10]) continue;
        if (!above.has(row[10])) above.set(row[10], []);
        above.get(row[10]).push(row);
      }
    }
    return above.get(path) || [];
  }
  function step(text, detail, style, number) {
    const made = element("li", style ? { class: style } : {});
    const name = element("b", {});
    name.append(number === undefined ? text : element("a", { href: "#i" + number }, text));
    made.append(name, element("span", {}, detail));
    return made;
  }
  function show(index) {
    const row = rows[index];
    const close = element("button", { type: "button", class: "close" }, "Close");
    close.addEventListener("click", () => { one.hidden = true; history.replaceState(null, "", "#images"); });
    const facts = [row[2], size(row[3]) + " virtual", size(row[4]) + " on disk", row[6], row[8]];
    if (row[11]) facts.push("first seen in scan " + row[11]);
    if (row[12] && row[12] !== row[11]) facts.push("last changed in scan " + row[12]);
    const chain = element("ol", { class: "chain" });
    const seen = new Set();
    let at = index;
    for (let depth = 0; depth < 40 && at !== undefined && !seen.has(at); depth += 1) {
      seen.add(at);
      const here = rows[at];
      chain.append(step(here[1], here[2], here[8] === "in error" && depth ? "many" : "", here[7]));
      if (!here[10]) break;
      at = places.get(here[10]);
      if (at === undefined) {
        const state = here[5] === "ok" ? "outside" : here[5];
        chain.append(step(here[10], state, STATES.has(here[5]) ? "gone" : ""));
      }
    }
    const content = [close, element("h3", {}, row[0] + row[1] + " (#" + row[7] + ")"),
      element("p", {}, facts.filter((fact) => fact).join(", "))];
    if (chain.children.length > 1) content.push(chain);
    for (const card of row[9]) {
      const heading = document.getElementById("finding-" + card);
      if (!heading) continue;
      const link = element("p", {});
      link.append(element("a", { href: "#finding-" + card }, heading.textContent));
      content.push(link);
    }
    const tops = standing(row[0] + row[1]);
    if (tops.length) {
      const list = element("p", {}, count(tops.length) + (tops.length === 1 ? " image stands on it: " : " images stand on it: "));
      tops.slice(0, 8).forEach((top, place) => {
        if (place) list.append(", ");
        list.append(element("a", { href: "#i" + top[7] }, top[1]));
      });
      if (tops.length > 8) list.append(" and " + count(tops.length - 8) + " more");
      content.push(list);
    }
    const command = element("p", {});
    command.append("Its life: ", element("code", {}, "backstory history '#" + row[7] + "'"));
    content.push(command);
    one.replaceChildren(...content);
    one.hidden = false;
  }
  function follow() {
    const named = /^#i(\d+)$/.exec(location.hash);
    const index = named ? numbers.get(Number(named[1])) : undefined;
    if (index === undefined) return;
    show(index);
    one.scrollIntoView({ block: "center" });
    one.focus({ preventScroll: true });
  }
  addEventListener("hashchange", follow);

  plain.style.display = "none";
  plain.before(search, tools, one, frame);
  mark();
  arrange();
  const sample = body.querySelector("tr:not([aria-hidden])");
  if (sample && sample.offsetHeight) height = sample.offsetHeight;
  frame.style.height = Math.min(544, (Math.max(rows.length, 1) + 1.5) * height) + "px";
  draw(true);
  follow();
})();
