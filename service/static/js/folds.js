// On a phone the filters of a list are folded until somebody wants them; the page begins with the list.
export function foldOnPhones(page) {
  if (!window.matchMedia("(max-width: 575.98px)").matches) {
    return;
  }
  page.querySelectorAll("details[data-fold]:not([data-fold-keep])").forEach((fold) => {
    fold.open = false;
  });
}
