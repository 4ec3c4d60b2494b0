// Menus are <details data-menu>: a click elsewhere or Escape closes the open one.
export function closeMenus(page) {
  const close = (except) => {
    for (const menu of page.querySelectorAll("details[data-menu][open]")) {
      if (menu !== except) {
        menu.open = false;
      }
    }
  };
  page.addEventListener("click", (event) => close(event.target.closest("details[data-menu]")));
  page.addEventListener("keydown", (event) => {
    const menu = page.querySelector("details[data-menu][open]");
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}
