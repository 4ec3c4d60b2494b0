// A refused form starts at its list of errors; a form already sent is not sent twice.
function release(form) {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
}

export function guardForms(page) {
  page.querySelector("[data-error-summary]")?.focus();
  page.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) {
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
    // An answer that is a file leaves the page where it was.
    window.setTimeout(() => release(form), 4000);
  });
  // Back in the browser brings the page as it was left: let it be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of page.querySelectorAll("form[data-sent]")) {
      release(form);
    }
  });
}
