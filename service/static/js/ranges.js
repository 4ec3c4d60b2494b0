// A slider tells its value in words beside it.
export function followRanges(page) {
  page.addEventListener("input", (event) => {
    const range = event.target.closest("input[type=range][data-range]");
    const output = range && page.getElementById(range.dataset.range);
    if (output) {
      output.textContent = Number(range.value).toLocaleString(page.documentElement.lang);
    }
  });
}
