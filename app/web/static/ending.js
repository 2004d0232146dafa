/* The end of an answer: its sources and the vote on it; or an honest "I don't know", or a question back. */

import { pages } from "./answer.js";
import { clone, langOf, make, say } from "./page.js";

const LEAD = /^.{10,}?[。.?？](?=\s|$|[^\x00-\x7f])/s; // as in app/web/lines.py

/** Complete the turn of `answer`; returns what is to be announced. */
export function finish(answer, outcome) {
  answer.keep(outcome.citations);
  answer.version = answer.form.elements.version.value = outcome.versions.index;
  answer.card.lang = outcome.language;
  answer.querySelector(".waiting").remove();
  if (outcome.kind === "decline") return decline(answer, outcome);
  if (outcome.kind === "clarify") return clarify(answer, outcome);
  if (!outcome.sentences.length) return plain(answer, outcome);
  const groups = Map.groupBy(answer.citations.values(), (citation) => citation.document_id);
  const sources = make("ul", "sources");
  sources.append(...Array.from(groups.values(), (group) => row(answer, group)));
  answer.card.append(sources);
  const votes = clone("t-votes");
  votes.elements.message_id.value = outcome.message_id;
  answer.append(votes);
  return say("end_of_answer", { n: outcome.citations.length });
}

function plain(answer, { text }) {
  answer.card.append(make("p", "said", text));
  return text;
}

function row(answer, group) {
  const source = clone("t-source");
  source.querySelector(".chips").append(...group.map(({ n }) => answer.chip(n)));
  entitle(answer, source.querySelector(".title"), group[0].title).dataset.n = group[0].n;
  source.querySelector(".page").textContent = pages(group.map(({ page }) => page));
  return source;
}

function entitle(answer, button, title) {
  Object.assign(button.querySelector(".name"), { textContent: title, lang: langOf(title) });
  button.setAttribute("form", answer.form.id);
  return button;
}

function decline(answer, { reason, text, near }) {
  const { card } = answer;
  card.append(...clone("t-decline").childNodes);
  for (const badge of card.querySelectorAll(".badge")) if (badge.dataset.reason !== (reason ?? "not_found")) badge.remove();
  const first = LEAD.exec(text)?.[0] ?? text;
  card.querySelector(".lead").textContent = first;
  card.querySelector(".rest").textContent = text.slice(first.length).trim();
  if (near) entitle(answer, card.querySelector(".near .cite"), near.title).dataset.near = JSON.stringify(near);
  else card.querySelector(".near").remove();
  return text;
}

function clarify({ card }, { text, options }) {
  card.append(...clone("t-clarify").childNodes);
  card.querySelector(".lead").textContent = text;
  const buttons = options.map(({ label, text: asks }) => Object.assign(make("button", "choice", label), { name: "text", value: asks }));
  card.querySelector(".choices").append(...buttons);
  return text;
}
