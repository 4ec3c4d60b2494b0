// What the pages do beyond plain HTML. Each file looks for its data-* marks; without script the pages still work.
import "htmx.org";
import { closeMenus } from "./menus.js";
import { guardForms } from "./forms.js";
import { followRanges } from "./ranges.js";
import { foldOnPhones } from "./folds.js";
import { offerPrinting } from "./printing.js";

function start() {
  closeMenus(document);
  guardForms(document);
  followRanges(document);
  foldOnPhones(document);
  offerPrinting(document);
}

if (document.readyState === "loading") {
  document.addEventListener("DOMContentLoaded", start);
} else {
  start();
}
