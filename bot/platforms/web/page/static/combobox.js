// Completion of topics as they are typed: a list below the box, by arrow keys, mouse or touch.

const input = document.querySelector("input[data-complete]");
const box = input.closest(".box");
const list = document.createElement("ul");
const NEWEST_WAITS = 120; // milliseconds after the last key

let chosen = -1;
let asked = 0;
let timer = 0;

list.id = "topic-options";
list.className = "options";
list.hidden = true;
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", "Topics");
box.append(list);
input.removeAttribute("list");
for (const [name, value] of [
  ["role", "combobox"],
  ["aria-autocomplete", "list"],
  ["aria-expanded", "false"],
  ["aria-controls", list.id],
]) input.setAttribute(name, value);

function close() {
  asked += 1;
  clearTimeout(timer);
  list.hidden = true;
  choose(-1);
  input.setAttribute("aria-expanded", "false");
}

function choose(place) {
  chosen = place;
  [...list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === place)));
  const option = list.children[place];
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

function take(option) {
  input.value = option.textContent;
  close();
  input.focus();
}

function fill(topics) {
  list.replaceChildren(
    ...topics.map((topic, index) => {
      const option = document.createElement("li");
      option.id = `topic-option-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dir = "auto";
      option.textContent = topic;
      return option;
    }),
  );
  choose(-1);
  list.hidden = topics.length === 0;
  input.setAttribute("aria-expanded", String(topics.length > 0));
}

async function complete() {
  const mine = (asked += 1);
  const prefix = input.value.trim().slice(0, 100);
  try {
    const response = await fetch(`${input.dataset.complete}?q=${encodeURIComponent(prefix)}`);
    const topics = response.ok ? await response.json() : [];
    if (mine === asked && document.activeElement === input) fill(topics.filter((topic) => topic !== input.value));
  } catch {
    close();
  }
}

input.addEventListener("input", () => {
  clearTimeout(timer);
  if (!input.value.trim()) return close();
  timer = setTimeout(complete, NEWEST_WAITS);
});

input.addEventListener("keydown", (event) => {
  const options = list.children.length;
  if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    close();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    if (list.hidden) complete();
    else choose(((chosen + step + 1 + options + 1) % (options + 1)) - 1);
  } else if (event.key === "Enter" && !list.hidden && chosen >= 0) {
    event.preventDefault();
    take(list.children[chosen]);
  } else if (event.key === "Enter" || event.key === "Tab") {
    close();
  }
});

// Before the box loses its focus, so that the press still finds the option.
list.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  const option = event.target.closest("li");
  if (option) take(option);
});

input.addEventListener("blur", close);
