// What the page does beyond its forms: live counts, answers in place, older posts without a reload.
// Everything here also works without it, by a form and a new page.

const main = document.querySelector("main");
const path = main.dataset.channel;
const earlier = document.getElementById("earlier");
const LOST = "Seedbed cannot be reached just now. Try again in a moment.";

async function ask(address, options = {}) {
  let response;
  try {
    response = await fetch(address, { ...options, headers: { Accept: "application/json" } });
  } catch {
    throw new Error(LOST);
  }
  if (response.status === 401) location.reload();
  let body;
  try {
    body = await response.json();
  } catch {
    throw new Error(LOST);
  }
  if (!response.ok) throw new Error(body.error);
  return body;
}

function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

async function load(address) {
  const response = await fetch(address, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) throw new Error(LOST);
  return parse(await response.text());
}

// ---- reactions ----------------------------------------------------------------------------------------------------

function show(button, count, mine) {
  const emoji = button.dataset.emoji;
  button.setAttribute("aria-pressed", String(mine));
  button.value = `${mine ? "off" : "on"} ${emoji}`;
  button.querySelector(".count").textContent = count || "";
}

function react(form, button) {
  const fields = new FormData(form);
  fields.set("reaction", button.value);
  const said = form.querySelector(".said");
  const before = Number(button.querySelector(".count").textContent) || 0;
  const mine = button.getAttribute("aria-pressed") === "true";
  said.textContent = "";
  show(button, before + (mine ? -1 : 1), !mine);
  ask(form.action, { method: "POST", body: fields }).catch((error) => {
    show(button, before, mine);
    said.textContent = error.message;
  });
}

function showAll(reactions) {
  for (const [post, counts] of Object.entries(reactions)) {
    for (const button of document.querySelectorAll(`form[data-react="${post}"] button[data-emoji]`)) {
      const [count, mine] = counts[button.dataset.emoji] ?? [0, false];
      show(button, count, mine);
    }
  }
}

// ---- what is new ---------------------------------------------------------------------------------------------------

let stale = false;
let updating = null;

// Callers wait for the same update; one that comes while it runs makes it look once more.
function update() {
  stale = true;
  updating ??= catchUp().finally(() => (updating = null));
  return updating;
}

async function catchUp() {
  try {
    while (stale) {
      stale = false;
      const shown = document.querySelectorAll("form[data-react]").length;
      const state = await ask(`${path}/state?shown=${shown}`);
      if ("live" in main.dataset && state.version !== main.dataset.version) await takeIn(await load(path));
      showAll(state.reactions);
    }
  } catch {
    // The next event, or the next look at the tab, tries again.
  }
}

async function takeIn(page) {
  const focused = document.activeElement?.id;
  const hero = page.querySelector("#today article");
  document.getElementById("today").replaceWith(page.getElementById("today"));
  if (hero) document.querySelector(`#earlier > #${hero.id}`)?.remove();
  for (const article of [...page.querySelectorAll("#earlier > article")].reverse()) {
    if (!document.getElementById(article.id)) earlier.prepend(article);
  }
  document.getElementById("read").hidden = earlier.children.length === 0;
  main.dataset.version = page.querySelector("main").dataset.version;
  document.title = page.title;
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
}

function goTo(post) {
  const article = document.getElementById(`post-${post}`);
  if (!article) return false;
  article.querySelector("details")?.setAttribute("open", "");
  article.scrollIntoView({ block: "start" });
  article.querySelector("h1, h3").focus({ preventScroll: true });
  return true;
}

// ---- /seed ---------------------------------------------------------------------------------------------------------

async function plant(form, topic) {
  const answer = document.getElementById("answer");
  const fields = new FormData(form);
  if (topic !== undefined) fields.set("topic", topic);
  const buttons = form.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  try {
    const said = await ask(form.action, { method: "POST", body: fields });
    answer.replaceChildren(...parse(said.html).body.childNodes);
    for (const each of document.querySelectorAll('#ask > form [name="token"]')) each.value = said.token;
    if (said.answer === "posted") {
      form.reset();
      await update();
      goTo(said.post);
    }
  } catch (error) {
    const sentence = document.createElement("p");
    sentence.className = "answer";
    sentence.textContent = error.message;
    answer.replaceChildren(sentence);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

async function more(link) {
  link.setAttribute("aria-busy", "true");
  try {
    const page = await load(link.href);
    const articles = [...page.querySelectorAll("#earlier > article")].filter((each) => !document.getElementById(each.id));
    earlier.append(...articles);
    const next = page.getElementById("more");
    if (next) link.href = next.getAttribute("href");
    else link.parentElement.remove();
    articles[0]?.querySelector("h3").focus();
  } catch {
    location.assign(link.href);
  } finally {
    link.removeAttribute("aria-busy");
  }
}

// ---- the wiring ----------------------------------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.react && event.submitter) {
    event.preventDefault();
    react(form, event.submitter);
  } else if ("seed" in form.dataset) {
    event.preventDefault();
    plant(form, event.submitter?.name === "topic" ? event.submitter.value : undefined);
  }
});

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const link = event.target.closest("a");
  if (link?.id === "more") {
    event.preventDefault();
    more(link);
  } else if (link?.dataset.post && goTo(link.dataset.post)) {
    event.preventDefault();
  }
});

// A browser allows few connections to one place, so only a tab that is looked at keeps one.
let stream = null;
let waiting = 0;

function listen() {
  clearTimeout(waiting);
  if (document.hidden || stream) return;
  stream = new EventSource(`${path}/events`);
  stream.addEventListener("ready", update);
  stream.addEventListener("changed", update);
  stream.addEventListener("error", () => {
    if (stream?.readyState !== EventSource.CLOSED) return;
    hush();
    waiting = setTimeout(() => update().then(listen), 30_000);
  });
}

function hush() {
  stream?.close();
  stream = null;
}

document.addEventListener("visibilitychange", () => (document.hidden ? hush() : listen()));
window.addEventListener("pagehide", hush);
window.addEventListener("pageshow", listen);
listen();

if (location.hash.startsWith("#post-")) goTo(location.hash.slice("#post-".length));
