// The picture of support: places come from the server and stay; the date, the legend and the search only hide and show.
import cytoscape from "cytoscape";

const TONES = { petrol: "#0d4b5a", deep: "#083540", earth: "#8f5213", soft: "#f7ecdc", grey: "#868a85", ink: "#1d2b30", paper: "#ffffff" };
const STYLE = [
  { selector: "node", style: { shape: "ellipse", width: 18, height: 18, "background-color": TONES.paper, "border-width": 1.5, "border-color": TONES.grey, label: "data(label)", "font-size": 9, color: TONES.ink, "text-valign": "bottom", "text-margin-y": 3, "text-max-width": 110, "text-wrap": "ellipsis", "min-zoomed-font-size": 7 } },
  { selector: "node[kind = 'leader']", style: { shape: "diamond", width: 26, height: 26, "background-color": TONES.petrol, "border-color": TONES.deep } },
  { selector: "node[kind = 'need']", style: { shape: "rectangle", "background-color": TONES.soft, "border-color": TONES.earth } },
  { selector: "node[!inside]", style: { "border-style": "dashed" } },
  { selector: "node:selected", style: { "border-width": 4, "border-color": TONES.earth } },
  { selector: "edge", style: { width: 1, "line-color": TONES.grey, "target-arrow-color": TONES.grey, "target-arrow-shape": "triangle", "arrow-scale": 0.8, "curve-style": "straight" } },
  { selector: "edge[look = 'active']", style: { width: 2.5, "line-color": TONES.petrol, "target-arrow-color": TONES.petrol } },
  { selector: "edge[look = 'tapering']", style: { width: 2, "line-color": TONES.petrol, "target-arrow-color": TONES.petrol, "line-style": "dashed" } },
  { selector: "edge[look = 'starting']", style: { width: 1.5, "line-color": TONES.earth, "target-arrow-color": TONES.earth, "line-style": "dotted" } },
  { selector: ".away", style: { display: "none" } },
];
const RANK = { active: 0, tapering: 1, starting: 2, meeting: 3 };

function iso(day) {
  return day.toISOString().slice(0, 10);
}

function months(first, last) {
  // The first day of each month from the first tie on, and the day of the page.
  const days = [];
  const at = new Date(`${first}T00:00:00Z`);
  while (iso(at) < last && days.length < 600) {
    days.push(iso(at));
    at.setUTCDate(1);
    at.setUTCMonth(at.getUTCMonth() + 1);
  }
  return [...days, last];
}

function edgesOf(ties) {
  // One line a pair, drawn as the strongest of its ties on any day; the ties stay with it.
  const found = new Map();
  for (const tie of ties) {
    const key = `${tie.source}>${tie.target}`;
    if (!found.has(key)) {
      found.set(key, { data: { id: key, source: tie.source, target: tie.target, look: "meeting" }, scratch: { ties: [] } });
    }
    found.get(key).scratch.ties.push(tie);
  }
  return [...found.values()];
}

class Picture {
  constructor(figure, data) {
    this.figure = figure;
    this.beside = document.querySelector("[data-graph-beside]");
    this.day = figure.dataset.day;
    this.days = months(figure.dataset.first || this.day, this.day);
    const canvas = figure.querySelector("[data-graph-canvas]");
    canvas.querySelector("[data-graph-still]").hidden = true;
    this.drawing = cytoscape({
      container: canvas,
      elements: {
        nodes: data.nodes.map((node) => ({ data: node, position: { x: node.x, y: node.y } })),
        edges: edgesOf(data.ties),
      },
      style: STYLE,
      layout: { name: "preset", fit: true, padding: 30 },
      autoungrabify: true,
      hideEdgesOnViewport: data.ties.length > 1500,
      textureOnViewport: data.nodes.length > 600,
      pixelRatio: 1,
      minZoom: 0.05,
      maxZoom: 4,
      boxSelectionEnabled: false,
    });
    this.drawing.userZoomingEnabled(false);
    canvas.addEventListener("focusin", () => this.drawing.userZoomingEnabled(true));
    canvas.addEventListener("pointerdown", () => this.drawing.userZoomingEnabled(true));
    this.drawing.on("tap", "node", (event) => this.open(event.target.id()));
    this.offerTools();
    this.show();
    figure.picture = this.drawing;
    figure.dataset.ready = "";
  }

  offerTools() {
    const tools = this.figure.querySelector("[data-graph-tools]");
    tools.hidden = false;
    this.slider = tools.querySelector("#graph-date");
    this.slider.max = String(this.days.length - 1);
    this.slider.value = this.slider.max;
    this.slider.addEventListener("input", () => {
      this.day = this.days[Number(this.slider.value)];
      const words = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeZone: "UTC" });
      tools.querySelector("#graph-day").textContent = words.format(new Date(`${this.day}T00:00:00Z`));
      this.slider.setAttribute("aria-valuetext", tools.querySelector("#graph-day").textContent);
      this.show();
    });
    tools.querySelectorAll("[data-graph-show]").forEach((box) => box.addEventListener("change", () => this.show()));
    tools.querySelector("#graph-find").addEventListener("change", (event) => this.find(event.target.value));
    const png = document.querySelector("[data-graph-png]");
    png.hidden = false;
    png.addEventListener("click", () => this.save());
    document.querySelectorAll("[data-graph-open]").forEach((link) =>
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.open(link.dataset.graphOpen);
        this.beside.scrollIntoView({ block: "nearest" });
      }),
    );
  }

  show() {
    const shown = new Set([...this.figure.querySelectorAll("[data-graph-show]:checked")].map((box) => box.value));
    const day = this.day;
    this.drawing.batch(() => {
      this.drawing.edges().forEach((edge) => {
        const looks = edge.scratch("ties").filter((tie) => tie.start <= day && (!tie.end || day <= tie.end)).map((tie) => tie.look);
        const look = looks.sort((a, b) => RANK[a] - RANK[b])[0];
        const meets = look !== "meeting" || shown.has("meeting");
        edge.data("look", look || "meeting");
        edge.toggleClass("away", !look || !meets);
      });
      this.drawing.nodes().forEach((node) => {
        const tied = node.data("inside") || node.connectedEdges().some((edge) => !edge.hasClass("away"));
        node.toggleClass("away", !shown.has(node.data("kind")) || !tied);
      });
    });
  }

  find(text) {
    const wanted = text.trim().toLocaleLowerCase();
    const found = wanted && this.drawing.nodes().filter((node) => node.data("label").toLocaleLowerCase().includes(wanted));
    if (found && found.length) {
      this.open(found[0].id());
    }
  }

  async open(code) {
    const node = this.drawing.getElementById(code);
    this.drawing.nodes().unselect();
    node.select();
    this.drawing.animate({ center: { eles: node } }, { duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 250 });
    const address = `${this.figure.dataset.school.replace("CODE", encodeURIComponent(code))}&at=${this.day}`;
    const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
    if (answer.ok) {
      this.beside.innerHTML = await answer.text();
    }
  }

  save() {
    const link = document.createElement("a");
    const picture = this.drawing.png({ full: true, scale: 2, bg: "#fbf8f2", output: "blob", maxWidth: 6000, maxHeight: 6000 });
    link.href = URL.createObjectURL(picture);
    link.download = `red-${this.day}.png`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

function keepStyleOut() {
  // Cytoscape writes a style element unless one with this id is there; our content policy refuses it, our style sheet has its rule.
  const mark = document.createElement("meta");
  mark.id = "__________cytoscape_stylesheet";
  document.head.append(mark);
}

async function start() {
  const figure = document.querySelector("[data-graph]");
  if (!figure) {
    return;
  }
  keepStyleOut();
  const answer = await fetch(figure.dataset.graph);
  if (answer.ok) {
    new Picture(figure, await answer.json());
  }
}

start();
