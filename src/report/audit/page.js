for (const table of document.querySelectorAll("table.sort")) {
  const body = table.tBodies[0], rows = [...body.rows];
  if (rows.length > 1) table.querySelectorAll("thead th").forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      table.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[at].innerText;
      const order = new Intl.Collator("en", { numeric: true });
      body.append(...rows.toSorted((a, b) => order.compare(key(a), key(b)) * (down ? -1 : 1)));
    });
  });
  if (rows.length > 8) {
    const filter = document.createElement("input");
    filter.type = "search";
    filter.className = "filter";
    filter.placeholder = "filter";
    filter.setAttribute("aria-label", "Filter the rows of the table below");
    filter.addEventListener("input", () => {
      const words = filter.value.toLowerCase();
      for (const row of rows) row.hidden = !row.innerText.toLowerCase().includes(words);
    });
    table.before(filter);
  }
}
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => (one.open = true)));
