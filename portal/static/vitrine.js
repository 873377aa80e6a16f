/* What the pages do better with script.  Everything works without it; nothing here is evaluated from the page (CSP). */

const live = document.getElementById("live");

/** Say it to those who listen: emptied first, so that the same words are said twice. */
function tell(words) {
  if (!live) return;
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = words; });
}

/** The error summary gets the focus, on arrival and when a fragment brings one. */
function mindTheSummary(within) {
  const summary = within.querySelector?.("#summary");
  if (summary) summary.focus();
}

/** A toast stays six seconds, and as long as somebody points at it or stands in it. */
const STAY = 6000;
function leaveLater(toast) {
  let left = setTimeout(() => toast.remove(), STAY);
  const stay = () => clearTimeout(left);
  const leave = () => { clearTimeout(left); left = setTimeout(() => toast.remove(), STAY); };
  toast.addEventListener("pointerenter", stay);
  toast.addEventListener("pointerleave", leave);
  toast.addEventListener("focusin", stay);
  toast.addEventListener("focusout", leave);
}

/** Errors are never toasts, except that the server is not there or broke: the page still shows what it showed. */
function warn(kind) {
  const toasts = document.getElementById("toasts");
  const shape = toasts?.querySelector("template");
  if (!shape || toasts.querySelector("[data-kind]")) return;
  const toast = shape.content.firstElementChild.cloneNode(true);
  toast.dataset.kind = kind;
  toast.querySelector("span").textContent = toasts.dataset[kind];
  toasts.append(toast);
  leaveLater(toast);
}

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  button.classList.add("copied");
  tell(button.dataset.copied);
  setTimeout(() => button.classList.remove("copied"), 2000);
}

/** Light or dark.  The choice is kept for the server to render; choosing what the system says anyway forgets it. */
function dress(mode) {
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `mode=${mode}; path=/; samesite=lax; max-age=${mode === system ? 0 : 31536000}${secure}`;
  if (mode === system) delete document.documentElement.dataset.bsTheme;
  else document.documentElement.dataset.bsTheme = mode;
  document.querySelector(mode === "dark" ? ".to-light" : ".to-dark")?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy], [data-close], [data-mode-to]");
  if (!button) return;
  if (button.dataset.copy !== undefined) copy(button);
  else if (button.dataset.close !== undefined) button.closest(".toast-note").remove();
  else dress(button.dataset.modeTo);
});

/* A menu made of <details> closes when one goes on: Escape, or a click outside. */
function closeMenus(but) {
  document.querySelectorAll("details.filters[open]").forEach((menu) => { if (!menu.contains(but)) menu.open = false; });
}
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.activeElement?.closest?.("details.filters[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

/* Rows that are chosen: how many, and the whole page at once. */
function countThePicked() {
  const boxes = [...document.querySelectorAll("td.pick input")];
  const words = document.querySelector("[data-picked]");
  if (!words) return;
  const picked = boxes.filter((box) => box.checked).length;
  words.textContent = words.dataset.picked.replace("#", picked);
  const all = document.querySelector("[data-pick-page]");
  all.checked = picked > 0 && picked === boxes.length;
  all.indeterminate = picked > 0 && !all.checked;
}
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-pick-page]")) document.querySelectorAll("td.pick input").forEach((box) => { box.checked = event.target.checked; });
  if (event.target.closest?.(".pick")) { countThePicked(); tell(document.querySelector("[data-picked]").textContent); }
});
window.addEventListener("pageshow", countThePicked);

/* Keys that lead somewhere: `/` to what carries data-key="/", `?` to the list of them.  None steals from somebody who
   types, chooses in a list, holds another key down, or has a dialog before him. */
const TYPED_INTO = "input:not([type=checkbox], [type=radio], [type=submit]), textarea, select, [contenteditable]";
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.(TYPED_INTO) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") { document.getElementById("keys")?.showModal(); return; }
  const wanted = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key && one.checkVisibility());
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("input")) wanted.select(); else wanted.click();
});

/** What moves by itself says aloud when its headline changes, not at every look. */
let headline = document.querySelector("[data-headline]")?.dataset.headline;
function sayTheNews() {
  const now = document.querySelector("[data-headline]")?.dataset.headline;
  if (now && now !== headline) tell(now);
  headline = now;
}

/** What had the focus may be gone after a swap; then one goes on from the title, not from the top of the window. */
let stood = false;
document.addEventListener("htmx:before:swap", (event) => { stood = event.target.contains(document.activeElement); });
function keepTheFocus() {
  if (!stood || document.activeElement !== document.body) return;
  const title = document.querySelector("h1");
  title?.setAttribute("tabindex", "-1");
  title?.focus();
}

document.addEventListener("htmx:after:swap", (event) => {
  keepTheFocus();
  mindTheSummary(event.target);
  sayTheNews();
});
document.addEventListener("htmx:response:error", (event) => { if (event.detail.ctx.response.status >= 500) warn("broken"); });
document.addEventListener("htmx:error", (event) => { if (event.detail.ctx) warn("lost"); });

document.querySelectorAll(".toasts > .toast-note").forEach((toast) => {
  leaveLater(toast);
  tell(toast.querySelector("span").textContent);
});
mindTheSummary(document);
