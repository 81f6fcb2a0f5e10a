// The page of a skill bank: a skill is edited where it stands, featured with one click, and its name suggested.
(() => {
  const PLACE = `place:${window.location.pathname}`;

  function openForm(link) {
    const item = link.closest("li");
    const form = document.getElementById("skill-form").content.firstElementChild.cloneNode(true);
    form.action = link.dataset.action;
    form.querySelector("[data-more]").href = link.href;
    form.querySelector("[data-delete]").href = link.dataset.deleteUrl;
    form.elements.seen.value = link.dataset.seen;
    form.elements.name.value = item.dataset.name;
    form.elements.level.value = link.dataset.level;
    form.elements.years_experience.value = link.dataset.years;
    form.elements.bucket.value = item.closest("[data-heading]").dataset.heading;
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
    const star = event.target.closest("[data-feature]");
    if (star) feature(star);
    if (event.target.closest("[data-cancel]")) closeForm(event.target.closest("li"));
  });

  document.addEventListener("keydown", (event) => {
    const item = event.target.closest?.(".jos-skill-form")?.closest("li");
    if (item && event.key === "Escape") closeForm(item);
    // One line is added by Enter, as in any other field; more lines are pasted, or begun by Shift and Enter.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.id === "new-skills" && !event.target.value.includes("\n")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });

  // Names from the taxonomy for the word that is being typed: as buttons below a text, as a list of a field.
  let asking;

  const lastPart = (text) => text.match(/[^,;\n]*$/)[0].trimStart();

  async function suggest(field) {
    asking?.abort();
    asking = new AbortController();
    const typed = lastPart(field.value).trim();
    let found = [];
    if (typed.length >= 2) {
      try {
        const answer = await fetch(`/api/v1/skill-taxonomy/?q=${encodeURIComponent(typed)}`, { signal: asking.signal });
        if (answer.ok) found = await answer.json();
      } catch {
        return; // Typed on, or offline: nothing to suggest.
      }
    }
    show(field, [...new Set(found.map((concept) => concept.name))].slice(0, 8));
  }

  function show(field, names) {
    const list = document.getElementById(field.getAttribute("list") ?? "suggestions");
    list.replaceChildren(
      ...names.map((name) => {
        if (list.matches("datalist")) return Object.assign(document.createElement("option"), { value: name });
        const button = document.createElement("button");
        Object.assign(button, { type: "button", className: "jos-button jos-button-small", textContent: name });
        button.addEventListener("click", () => {
          field.value = field.value.slice(0, field.value.length - lastPart(field.value).length) + name;
          list.replaceChildren();
          field.focus();
        });
        return button;
      }),
    );
  }

  let pause;
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-suggest-skills]")) return;
    clearTimeout(pause);
    pause = setTimeout(suggest, 150, event.target);
  });

  async function feature(button) {
    const wanted = button.getAttribute("aria-pressed") !== "true";
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(button.dataset.feature, {
      method: "POST",
      headers: { "X-CSRFToken": token },
      body: new URLSearchParams({ is_featured: wanted }),
    });
    if (answer.ok) button.setAttribute("aria-pressed", String(wanted));
    else window.location.reload();
  }

  document.addEventListener("submit", () => sessionStorage.setItem(PLACE, String(window.scrollY)));

  // After a save the page is where it was; after a refusal, where the reason stands.
  document.addEventListener("DOMContentLoaded", () => {
    const place = sessionStorage.getItem(PLACE);
    sessionStorage.removeItem(PLACE);
    const refusal = document.querySelector('[role="alert"]');
    requestAnimationFrame(() => {
      if (refusal) refusal.scrollIntoView({ block: "center" });
      else if (place !== null) window.scrollTo(0, Number(place));
    });
  });
})();
