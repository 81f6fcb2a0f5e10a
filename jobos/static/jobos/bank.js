// The page of a skill bank: a skill is edited where it stands, featured with one click, and its name suggested.
(() => {
  const PLACE = `place:${window.location.pathname}`;

  function openForm(link) {
    const item = link.closest("li");
    const form = document.getElementById("skill-form").content.firstElementChild.cloneNode(true);
    form.action = link.dataset.action;
    form.querySelector("[data-more]").href = link.href;
    form.elements.seen.value = link.dataset.seen;
    form.elements.name.value = item.dataset.name;
    form.elements.level.value = link.dataset.level;
    form.elements.years_experience.value = link.dataset.years;
    form.elements.bucket.value = link.dataset.heading;
    item.append(form);
    link.setAttribute("aria-expanded", "true");
    form.elements.name.focus();
  }

  function closeForm(item) {
    item.querySelector(".jos-skill-form")?.remove();
    const link = item.querySelector("[data-edit-skill]");
    link.setAttribute("aria-expanded", "false");
    link.focus();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-edit-skill]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      const item = link.closest("li");
      if (item.querySelector(".jos-skill-form")) closeForm(item);
      else openForm(link);
    }
    if (event.target.closest("[data-cancel]")) closeForm(event.target.closest("li"));
  });

  document.addEventListener("keydown", (event) => {
    const item = event.target.closest?.(".jos-skill-form")?.closest("li");
    if (item && event.key === "Escape") closeForm(item);
    // One line is added by Enter, as in any other field; more lines are pasted, or begun by Shift and Enter.
    if (event.key === "Enter" && !event.shiftKey && event.target.id === "new-skills" && !event.target.value.includes("\n")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    sessionStorage.setItem(PLACE, String(window.scrollY));
    if (!form.matches("[data-feature]")) return;
    event.preventDefault();
    const wanted = form.elements.is_featured.value === "true";
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    if (!answer.ok) return window.location.reload();
    form.querySelector("button").setAttribute("aria-pressed", String(wanted));
    form.elements.is_featured.value = String(!wanted);
  });

  // After a save the page is where it was.
  document.addEventListener("DOMContentLoaded", () => {
    const place = sessionStorage.getItem(PLACE);
    sessionStorage.removeItem(PLACE);
    if (place !== null) requestAnimationFrame(() => window.scrollTo(0, Number(place)));
    document.querySelector('[role="alert"]')?.scrollIntoView({ block: "center" });
  });
})();
