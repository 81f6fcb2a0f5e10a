// Suggestion fields show what was chosen and forget what they are called: give each its label back.
function labelSuggestions() {
  document.querySelectorAll(".select2-selection[role=combobox]:not([data-labelled])").forEach((box) => {
    const field = box.closest(".select2")?.previousElementSibling;
    const label = field?.labels?.[0];
    const chosen = box.querySelector(".select2-selection__rendered");
    if (!label || !chosen) return;
    label.id ||= `${field.id}-label`;
    box.dataset.labelled = "";
    box.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
    chosen.setAttribute("aria-labelledby", label.id);
  });
}

// One tick for all rows of a table.
function tickTogether() {
  document.querySelectorAll("[data-tick-all]").forEach((all) => {
    const boxes = all.closest("table").querySelectorAll("tbody input[type=checkbox]");
    all.addEventListener("change", () => boxes.forEach((box) => (box.checked = all.checked)));
  });
}

document.addEventListener("DOMContentLoaded", () => {
  labelSuggestions();
  tickTogether();
  new MutationObserver(labelSuggestions).observe(document.body, { childList: true, subtree: true });
});
