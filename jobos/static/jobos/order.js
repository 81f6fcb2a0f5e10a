// Lists that people put in order: by dragging, which the theme's sortable does with mouse and touch, or by the arrow
// keys on the same handle. A list that has an address is saved there after each move; the rows of a form go with it.
(() => {
  let saving = Promise.resolve();

  const itemsOf = (list) => [...list.children].filter((item) => item.matches("[data-id]"));

  function say(words, isError = false) {
    const status = document.getElementById("order-status");
    if (!status) return;
    status.textContent = words;
    status.className = isError ? "jos-error jos-card" : "jos-hidden";
  }

  // Lists of one kind share an order; what is moved belongs to the heading of the list that it is moved to.
  function read(list, moved) {
    const body = new URLSearchParams({ kind: list.dataset.order, moved: moved.dataset.id });
    if (list.dataset.heading !== undefined) body.append("heading", list.dataset.heading);
    document
      .querySelectorAll(`[data-order="${list.dataset.order}"]`)
      .forEach((each) => itemsOf(each).forEach((item) => body.append("id", item.dataset.id)));
    return body;
  }

  async function send(list, body) {
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    try {
      const answer = await fetch(list.dataset.orderUrl, { method: "POST", headers: { "X-CSRFToken": token }, body });
      if (answer.ok) return say("The order is saved.");
      const words = answer.status === 400 ? (await answer.json()).words : "This order could not be saved.";
      say(`${words} Load the page again to see what is stored.`, true);
    } catch {
      say("This order could not be saved: there is no connection.", true);
    }
  }

  function save(list, moved) {
    const body = read(list, moved);
    saving = saving.then(() => send(list, body)); // One after the other, or an older order could win.
  }

  document.addEventListener("end", (event) => {
    const { from, to, oldIndex, newIndex } = event;
    if (to?.matches?.("[data-order]") && (from !== to || oldIndex !== newIndex)) save(to, event.item);
  });

  // The place above or below; at the end of a list, the neighbouring list of the same kind.
  function move(item, step) {
    const list = item.parentElement;
    const items = itemsOf(list);
    const place = items.indexOf(item) + step;
    if (place >= 0 && place < items.length) {
      items[place][step > 0 ? "after" : "before"](item);
      return list;
    }
    if (list.dataset.heading === undefined) return null;
    const lists = [...document.querySelectorAll(`[data-order="${list.dataset.order}"]`)];
    const next = lists[lists.indexOf(list) + step];
    if (!next) return null;
    next.insertBefore(item, step > 0 ? next.firstElementChild : itemsOf(next).at(-1)?.nextElementSibling ?? next.firstElementChild);
    return next;
  }

  function moveRow(row, step) {
    const formset = row.closest(".formset");
    const rows = [...formset.querySelectorAll(":scope > .form-group.original")];
    const other = rows[rows.indexOf(row) + step];
    if (!other) return;
    other[step > 0 ? "after" : "before"](row);
    window.sortRecords({ from: formset });
    formset.dispatchEvent(new Event("change", { bubbles: true }));
  }

  document.addEventListener("keydown", (event) => {
    const handle = event.target.closest?.("[x-sort\\:handle]");
    const step = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[event.key];
    if (!handle || !step) return;
    event.preventDefault();
    const row = handle.closest(".form-group");
    if (row) {
      moveRow(row, step);
    } else {
      const item = handle.closest("[data-id]");
      const list = move(item, step);
      if (list) {
        const items = itemsOf(list);
        say(`${item.dataset.name}: ${items.indexOf(item) + 1} of ${items.length}${list.dataset.heading ? ` under ${list.dataset.heading}` : ""}.`);
        save(list, item);
      }
    }
    handle.focus();
  });

  // The theme's handles of rows in a form are dragged only: let them take the focus, and say what they are.
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".form-group.original [x-sort\\:handle]").forEach((handle) => {
      handle.tabIndex = 0;
      handle.setAttribute("role", "button");
      const name = handle.parentElement.querySelector("strong")?.textContent.trim() ?? "";
      handle.setAttribute("aria-label", `Move ${name}: drag, or use the arrow keys`);
    });
  });
})();
