// A map of points without tiles: the table beside it says the same, and its rows are what is drawn.
import L from "leaflet";

const LOOKS = {
  waiting: { radius: 7, color: "#8f5213", fillColor: "#f7ecdc", fillOpacity: 1, weight: 3 },
  leader: { radius: 6, color: "#083540", fillColor: "#0d4b5a", fillOpacity: 1, weight: 1 },
  candidate: { radius: 7, color: "#0d4b5a", fillColor: "#fff", fillOpacity: 1, weight: 3, dashArray: "3 3" },
};

function draw(holder) {
  const table = document.getElementById(holder.dataset.map);
  const rows = table ? [...table.querySelectorAll("[data-latitude]")] : [];
  if (rows.length === 0) {
    return;
  }
  holder.hidden = false;
  holder.setAttribute("role", "region");
  holder.setAttribute("aria-label", holder.dataset.mapLabel);
  const legend = document.querySelector("[data-map-legend]");
  if (legend) {
    legend.hidden = false;
  }
  const map = L.map(holder, { attributionControl: false, scrollWheelZoom: false, zoomSnap: 0.25 });
  const points = rows.map((row) => {
    const at = [Number(row.dataset.latitude), Number(row.dataset.longitude)];
    // The table tells everything that the points do, so they are no stops of the Tab key.
    L.circleMarker(at, { ...LOOKS[row.dataset.point], keyboard: false })
      .bindTooltip(row.dataset.name)
      .addTo(map);
    return at;
  });
  map.fitBounds(L.latLngBounds(points), { padding: [24, 24], maxZoom: 12 });
}

function start() {
  document.querySelectorAll("[data-map]").forEach(draw);
}

if (document.readyState === "loading") {
  document.addEventListener("DOMContentLoaded", start);
} else {
  start();
}
