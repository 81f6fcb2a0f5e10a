// The form of a resume: entries are added, removed, moved and named as they are typed, and the preview follows.

function announce(words) {
  const place = document.getElementById("resume-announcer");
  if (place) place.textContent = words;
}

const listOf = (entry) => entry.closest("[data-entries]");
const nameOf = (entry) => entry.querySelector("[data-caption]")?.textContent || headline(entry) || "this one";

function headline(entry) {
  const { entries: name, head } = listOf(entry).dataset;
  const key = entry.querySelector(`input[type=hidden][name="${name}"]`)?.value;
  return head
    .split(" ")
    .map((field) => entry.querySelector(`[name="${name}-${key}-${field}"]`)?.value.trim())
    .filter(Boolean)
    .join(" · ");
}

// The name of a folded entry follows what is typed into it.
function rename(entry) {
  const caption = entry.querySelector(":scope > fieldset > details > summary [data-caption]");
  const words = headline(entry);
  if (caption) caption.textContent = words || caption.dataset.blank;
  const legend = entry.querySelector(":scope > fieldset > legend");
  if (legend) legend.textContent = words || caption?.dataset.blank || "Entry";
}

let added = 0;

function add(list) {
  const name = list.dataset.entries;
  const markup = list.querySelector(":scope > template").innerHTML;
  const key = `n${Date.now().toString(36)}${added++}`;
  const holder = document.createElement("ol");
  holder.innerHTML = markup.replaceAll(`${name}-BLANK`, `${name}-${key}`);
  const entry = holder.firstElementChild;
  entry.querySelector(`input[type=hidden][name="${name}"]`).value = key;
  list.querySelector(":scope > ol").append(entry);
  list.querySelector(":scope > [data-empty]")?.setAttribute("hidden", "");
  entry.querySelector("input:not([type=hidden]), textarea")?.focus();
  announce("Added.");
}

function remove(entry) {
  const body = entry.querySelector(":scope > fieldset");
  const note = entry.querySelector(":scope > .jos-removed");
  note.querySelector("span").textContent = nameOf(entry);
  body.disabled = body.hidden = true; // A disabled part is not sent.
  note.hidden = false;
  note.querySelector("button").focus();
  announce(`Removed ${nameOf(entry)}.`);
}

// A pasted list becomes an entry for each line of it, or for what stands between commas, under the same heading.
function paste(event) {
  const field = event.target;
  const list = field.closest("[data-pasted]");
  const { entries: name, pasted } = list?.dataset ?? {};
  if (!list || !field.name.startsWith(`${name}-`) || !field.name.endsWith(`-${pasted}`)) return;
  const text = event.clipboardData.getData("text").trim();
  const items = text
    .split(text.includes("\n") ? /\r?\n/ : /[,;](?![^(]*\))/)
    .map((item) => item.replace(/^\s*[•*·-]\s+/, "").trim())
    .filter(Boolean);
  if (items.length < 2) return;
  event.preventDefault();
  const heading = field.closest(".jos-entry").querySelector(`[name$="-category"]`)?.value;
  items.forEach((item, place) => {
    if (place) add(list);
    const entry = place ? list.querySelector(":scope > ol").lastElementChild : field.closest(".jos-entry");
    entry.querySelector(`[name$="-${pasted}"]`).value = item;
    if (place && heading) entry.querySelector(`[name$="-category"]`).value = heading;
    rename(entry);
  });
  field.dispatchEvent(new Event("input", { bubbles: true }));
  announce(`${items.length} added.`);
}

function undo(entry) {
  const body = entry.querySelector(":scope > fieldset");
  body.disabled = body.hidden = false;
  entry.querySelector(":scope > .jos-removed").hidden = true;
  body.querySelector("[data-remove]").focus();
  announce(`${nameOf(entry)} is back.`);
}

function move(button, entry) {
  const up = button.dataset.move === "up";
  const other = up ? entry.previousElementSibling : entry.nextElementSibling;
  if (!other) return announce(up ? "Already the first." : "Already the last.");
  if (up) other.before(entry);
  else other.after(entry);
  button.focus();
  const place = [...entry.parentElement.children].indexOf(entry) + 1;
  announce(`Moved to place ${place} of ${entry.parentElement.children.length}.`);
}

// The preview shows what the form says now. Each one loads in a frame of its own that takes the old one's place, so
// that nothing flickers and the browser's way back is not filled with previews.
function refresh(form) {
  const panes = [...document.querySelectorAll("[data-preview]")].filter((pane) => pane.offsetParent);
  panes.forEach((pane) => {
    const frame = pane.querySelector("iframe").cloneNode();
    frame.removeAttribute("src");
    frame.name = `preview-${Date.now()}-${Math.random().toString(36).slice(2)}`;
    frame.classList.add("jos-preview-waiting");
    pane.append(frame);
    const sender = document.createElement("form");
    Object.assign(sender, { method: "post", action: pane.dataset.preview, target: frame.name, hidden: true });
    for (const [name, value] of new FormData(form)) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      sender.append(field);
    }
    const layout = document.createElement("input");
    Object.assign(layout, { type: "hidden", name: "layout", value: document.getElementById("preview-layout").value });
    sender.append(layout);
    document.body.append(sender);
    frame.addEventListener("load", () => {
      while (frame.previousElementSibling) frame.previousElementSibling.remove();
      frame.classList.remove("jos-preview-waiting");
    }, { once: true });
    sender.submit();
    sender.remove();
  });
}

document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("resume_form");
  if (!form) return;
  let waiting;
  const changed = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => refresh(form), 700);
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[type=button]");
    if (!button) return;
    const entry = button.closest(".jos-entry");
    if ("add" in button.dataset) add(button.closest("[data-entries]"));
    else if ("remove" in button.dataset) remove(entry);
    else if ("undo" in button.dataset) undo(entry);
    else if ("move" in button.dataset) move(button, entry);
    else return;
    form.querySelector("input").dispatchEvent(new Event("input")); // The theme warns before this is lost.
    changed();
  });

  form.addEventListener("paste", paste);
  form.addEventListener("input", (event) => {
    for (let entry = event.target.closest(".jos-entry"); entry; entry = entry.parentElement.closest(".jos-entry")) {
      rename(entry);
    }
    changed();
  });
  form.addEventListener("change", changed);
  form.addEventListener("end", (event) => event.target.closest?.("[data-entries]") && changed()); // It was dragged.

  const layout = document.getElementById("preview-layout");
  layout?.addEventListener("change", () => {
    document.querySelector("[data-layout]").value = layout.value;
    refresh(form);
  });
  // The preview follows the template that the resume is given; without one it is the usual one.
  const usual = layout?.value;
  form.elements.template.addEventListener("change", (event) => {
    if (!layout) return;
    layout.value = event.target.value || usual;
    layout.dispatchEvent(new Event("change"));
  });

  // A pane that was hidden while the form changed is brought up to date when it is opened.
  let shown = "";
  window.addEventListener("hashchange", () => {
    if (location.hash !== shown) setTimeout(() => refresh(form), 50);
    shown = location.hash;
  });

  // After a save that was refused the form holds more than what is saved.
  if (document.querySelector("[data-typed]")) refresh(form);

  // What is wrong is unfolded and looked at first.
  document.querySelector(".jos-field-wrong :is(input, textarea, select)")?.focus();
});
