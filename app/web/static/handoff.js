/* Talk to a human: the request, its card, how to reach the customer, and withdrawing it. */

import { announce, call, clone, make, say } from "./page.js";

const header = document.querySelector(".top");

function showCard(chat, handoff) {
  const card = document.getElementById("handoff") ?? clone("t-handoff");
  for (const slot of card.querySelectorAll("[data-slot]")) {
    const value = handoff[slot.dataset.slot] ?? "";
    if (slot instanceof HTMLInputElement) slot.value = value;
    else slot.textContent = value;
  }
  card.querySelector("time").dateTime = handoff.expected_reply_at;
  card.querySelector(".notice").classList.toggle("hidden", handoff.open); // title and time say the same
  card.querySelector(".when-open").hidden = !handoff.open;
  card.querySelector(".when-closed").hidden = handoff.open;
  if (!card.isConnected) chat.turns.append(card);
}

function setHeader(handoff) {
  header.querySelector(".to-human").hidden = Boolean(handoff);
  header.querySelector(".human.on").hidden = !handoff;
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
  showCard(chat, handoff);
  setHeader(handoff);
  announce(handoff.notice);
  if (hadFocus) header.querySelector(".human.on").focus();
  document.getElementById("handoff").scrollIntoView({ block: "nearest" });
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
    document.querySelector("#handoff .result").textContent = say("not_done");
    return;
  }
  const line = make("li", "turn system");
  line.append(make("p", "", say("withdrawn_handoff")));
  document.getElementById("handoff").replaceWith(line);
  setHeader(null);
  announce(say("withdrawn_handoff"));
  chat.field.focus();
}
