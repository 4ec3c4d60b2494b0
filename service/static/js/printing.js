// The print button is hidden until there is a script to serve it.
export function offerPrinting(page) {
  for (const button of page.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  // What is folded on the screen is open on paper.
  const folded = new Set();
  window.addEventListener("beforeprint", () => {
    for (const detail of page.querySelectorAll("main details:not([open])")) {
      detail.open = true;
      folded.add(detail);
    }
  });
  window.addEventListener("afterprint", () => {
    folded.forEach((detail) => { detail.open = false; });
    folded.clear();
  });
}
