/* Talk to a human: the request, its card, how to reach the customer, an offer, and withdrawing it. */

import { announce, call, clone, make, say } from "./page.js";
import { liveOf } from "./live.js";

const header = document.querySelector(".top");
const SILENT = ["with_agent", "resolved", "reopened"]; // the assistant is

/** Make card, header, offer and rating say what is so now, whatever they said before. */
export function sync(chat, { state, handoff, rates }) {
  const isSilent = SILENT.includes(state);
  chat.dataset.state = state;
  if (state !== "bot") liveOf(chat).follow();
  if (handoff) showCard(chat, handoff);
  else document.getElementById("handoff")?.remove();
  setHeader(handoff, isSilent);
  place(chat, "offer", state === "offered");
  place(chat, "rating", rates);
  chat.field.placeholder = handoff?.agent ? say("composer_person", { name: handoff.agent }) : chat.field.dataset[isSilent ? "person" : "ai"];
}

function place(chat, id, isWanted) {
  const there = document.getElementById(id);
  if (!isWanted) there?.remove();
  else if (!there) chat.turns.append(clone(`t-${id}`));
}

function showCard(chat, handoff) {
  const card = document.getElementById("handoff") ?? clone("t-handoff");
  for (const slot of card.querySelectorAll("[data-slot]")) {
    const value = handoff[slot.dataset.slot] ?? "";
    if (slot !== document.activeElement && slot instanceof HTMLInputElement) slot.value = value;
    else if (!(slot instanceof HTMLInputElement)) slot.textContent = value;
  }
  card.querySelector("time").dateTime = handoff.expected_reply_at;
  card.querySelector(".notice").classList.toggle("hidden", handoff.open); // title and time say the same
  card.querySelector(".when-open").hidden = !handoff.open;
  card.querySelector(".when-closed").hidden = handoff.open;
  assign(card, handoff.agent);
  ask(card.querySelector(".details"), handoff.asks);
  if (!card.isConnected) chat.turns.append(card);
}

/** One detail at a time; how to reach the customer is asked by a form of its own. */
function ask(form, asks) {
  const { key, value } = form.elements;
  form.hidden = !asks || asks.key === "contact";
  if (form.hidden || key.value === asks.key) return;
  key.value = asks.key;
  value.value = "";
  form.querySelector("label").textContent = asks.text;
  announce(asks.text);
}

/** The steps, once a person has taken it. */
function assign(card, name) {
  for (const step of card.querySelectorAll(".steps [data-with]")) step.hidden = (step.dataset.with === "agent") !== Boolean(name);
  if (!name) return;
  card.querySelector(".assigned").textContent = say("handoff_assigned", { name });
  card.querySelector(".replies").textContent = say("handoff_person_replies", { name });
}

function setHeader(handoff, isSilent) {
  header.querySelector(".to-human").hidden = Boolean(handoff);
  header.querySelector(".human.on").hidden = !handoff;
  header.querySelector(".by-ai").hidden = isSilent;
  header.querySelector(".paused").hidden = !isSilent;
  if (handoff) header.querySelector(".human.on [data-slot]").textContent = handoff.button;
}

/** Ask for a person, at once; when that fails, the telephone number is shown. */
export async function request(chat) {
  const failed = document.querySelector(".by-phone");
  let handoff;
  try {
    handoff = await (await call("POST", "handoff", { body: {} })).json();
  } catch {
    failed.hidden = false;
    return;
  }
  failed.hidden = true;
  const hadFocus = document.activeElement?.closest("[data-act=human]");
  sync(chat, { state: handoff.state, handoff, rates: false });
  announce(handoff.notice);
  if (hadFocus) header.querySelector(".human.on").focus();
  // After an answer nothing scrolls: it is read from its beginning, where the emergency number is.
  if (!chat.running) document.getElementById("handoff").scrollIntoView({ block: "nearest" });
}

export async function decline(chat) {
  try {
    await call("POST", "offer/decline");
  } catch {
    return announce(say("not_done"));
  }
  chat.field.focus();
  await liveOf(chat).look();
}

/** An answer, or none: a question that is skipped is not asked again. */
export async function tellDetail(chat, form, button) {
  const { key, value } = form.elements;
  const said = button?.name === "skip" ? null : value.value.trim();
  if (said === "") return value.focus();
  try {
    await call("POST", "handoff/details", { body: { key: key.value, value: said } });
  } catch {
    form.querySelector(".result").textContent = say("not_done");
    return;
  }
  await liveOf(chat).look();
  (form.hidden ? document.getElementById("handoff") : value).focus();
}

export async function tellContact(form) {
  const result = form.querySelector(".result");
  try {
    await call("POST", "handoff", { body: { contact: form.elements.contact.value.trim() } });
    result.textContent = say("contact_saved");
  } catch {
    result.textContent = say("not_done");
  }
}

export async function withdraw(chat) {
  try {
    await call("DELETE", "handoff");
  } catch {
    document.querySelector("#handoff .reach .result").textContent = say("not_done");
    return;
  }
  chat.field.focus();
  await liveOf(chat).look();
}
