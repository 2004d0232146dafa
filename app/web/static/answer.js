/* An answer as it arrives: each verified sentence is put where the article has it, with its citation chips. */

import { announce, langOf, make, say } from "./page.js";

const ITEM = /^([・•①-⑳]|- |\d{1,2}[.)] )/;
const graphemes = (text) => Array.from(new Intl.Segmenter().segment(text), (part) => part.segment);

export class Answer extends HTMLElement {
  citations = new Map();
  at = 0; // where the last sentence ends in the passage it quotes
  cites = ""; // what the last sentence cites

  connectedCallback() {
    const outcome = JSON.parse(this.dataset.outcome ?? "{}");
    this.version = outcome.versions?.index ?? "";
    this.keep(outcome.citations ?? []);
    this.form = this.querySelector("form[data-act=cite]");
    this.form.id ||= `cite-${document.querySelectorAll("kotae-answer").length}`;
    this.card = this.querySelector(".card");
    this.addEventListener("keydown", this.rove);
  }

  keep(citations) {
    for (const citation of citations) this.citations.set(citation.n, citation);
  }

  step({ name, notice }) {
    const verifying = name === "verify" || name === "write";
    this.waiting.textContent = this.querySelector(".said") ? say("verifying_rest") : verifying ? say("verifying") : say("searching");
    if (!notice) return;
    this.put(make("p", "notice", notice));
    announce(notice);
  }

  get waiting() {
    return this.querySelector(".waiting .step");
  }

  put(line) {
    this.card.insertBefore(line, this.querySelector(".waiting"));
    return line;
  }

  chip(n) {
    const { document_id, start, end, title } = this.citations.get(n);
    const chip = make("button", "chip cite", n);
    Object.assign(chip, { name: "span", value: `${start}-${end}`, title, ariaLabel: say("source_n", { n, title }), ariaExpanded: "false" });
    chip.setAttribute("form", this.form.id);
    chip.setAttribute("formaction", `/sources/${encodeURIComponent(document_id)}`);
    chip.setAttribute("aria-controls", "source");
    chip.dataset.n = n;
    return chip;
  }

  sentence({ sentence, citations }) {
    this.keep(citations);
    const cites = sentence.citations.join();
    const gap = this.gap(sentence, cites);
    if (cites === this.cites) this.card.querySelectorAll(".chip:not(:focus)").forEach((chip) => this.isLast(chip) && chip.remove());
    this.cites = cites;
    const flows = gap !== null && !gap.includes("\n");
    const line = flows ? this.line : (this.line = this.put(this.begin(sentence.text)));
    if (flows && gap) line.append(" ");
    const cells = line.classList.contains("row") ? sentence.text.split(" | ") : [sentence.text];
    const last = this.said(sentence, cells.pop());
    line.append(...cells.map((cell) => make("span", "cell", cell)), last);
    announce(sentence.text);
    this.waiting.textContent = say("verifying_rest");
  }

  isLast(chip) {
    return chip.closest(".sentence") === [...this.card.querySelectorAll(".sentence")].at(-1);
  }

  /** What the quoted passage has between the last sentence and this one; null where they are not neighbours. */
  gap({ text, citations }, cites) {
    const from = cites === this.cites ? this.at : 0;
    const found = this.citations.get(citations[0])?.quote.indexOf(text, from) ?? -1;
    this.at = found < 0 ? from : found + text.length;
    return found < 0 || !from ? null : this.citations.get(citations[0]).quote.slice(from, found);
  }

  begin(text) {
    const line = make("p", "said");
    line.lang = langOf(text);
    line.classList.toggle("row", text.includes(" | "));
    line.classList.toggle("item", ITEM.test(text));
    return line;
  }

  said({ best, citations }, text) {
    const letters = graphemes(text);
    const said = make("span", best ? "sentence best" : "sentence", letters.slice(0, -2).join(""));
    const glue = make("span", "glue", letters.slice(-2).join(""));
    glue.append(...citations.map((n) => this.chip(n)));
    said.append(glue);
    if (!this.line.classList.contains("row")) return said;
    const cell = make("span", "cell");
    cell.append(said);
    return cell;
  }

  /** End early: what was verified stays, and `text` says why. */
  end(text) {
    this.querySelector(".waiting")?.replaceWith(make("p", "ended", text));
  }

  /** ← → walk the chips of this answer. */
  rove = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const chips = [...this.querySelectorAll(".chip")];
    const at = chips.indexOf(event.target);
    if (!step || at < 0) return;
    event.preventDefault();
    chips.at((at + step) % chips.length).focus();
  };
}

customElements.define("kotae-answer", Answer);
