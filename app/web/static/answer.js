/* An answer as it arrives: each verified sentence is put where the article has it, with its citation chips. */

import { announce, langOf, make, say } from "./page.js";

const ITEM = /^([・•①-⑳]|- |\d{1,2}[.)] )/;
const BAR = /(?:^|\s)\|\s/; // between the cells of a table row
const KEY = /^[^:]*: /;
const graphemes = (text) => Array.from(new Intl.Segmenter().segment(text), (part) => part.segment);

/** The pages that citations of one article are on, for articles that have pages. */
export function pages(numbers) {
  const n = [...new Set(numbers.filter(Boolean))].sort((a, b) => a - b).join(", ");
  return n && say("page", { n });
}

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
    this.put(make("p", name === "escalate" ? "notice farewell" : "notice", notice));
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
    const { document_id, start, end, title, page } = this.citations.get(n);
    const chip = make("button", "chip cite", n);
    Object.assign(chip, { name: "span", value: `${start}-${end}`, title, ariaLabel: `${say("source_n", { n, title })} ${pages([page])}`.trim(), ariaExpanded: "false" });
    chip.setAttribute("form", this.form.id);
    chip.setAttribute("formaction", `/sources/${encodeURIComponent(document_id)}`);
    chip.setAttribute("aria-controls", "source");
    chip.dataset.n = n;
    return chip;
  }

  sentence({ sentence, citations }) {
    this.keep(citations);
    const cites = sentence.citations.join();
    const place = this.place(sentence, cites);
    if (cites === this.cites) this.last?.querySelectorAll(".chip:not(:focus)").forEach((chip) => chip.remove());
    this.cites = cites;
    if (!place.continues) this.line = this.put(this.begin(place.line, sentence.text));
    else if (place.gap) (this.cell ?? this.line).append(" ");
    const parts = this.line.classList.contains("row") ? sentence.text.split(BAR) : [sentence.text];
    parts.forEach((part, i) => this.part(part, sentence.best, i > 0));
    this.glue(sentence.citations);
    announce(sentence.text);
    this.waiting.textContent = say("verifying_rest");
  }

  /** Where a passage quotes the sentence: what stands between the one before and it, and the article's whole line. */
  place({ text, citations }, cites) {
    const quote = this.citations.get(citations[0])?.quote ?? "";
    const from = cites === this.cites ? this.at : 0;
    const found = quote.indexOf(text, from);
    this.at = found < 0 ? from : found + text.length;
    if (found < 0) return { continues: false, line: text };
    const gap = quote.slice(from, found);
    const line = quote.slice(quote.lastIndexOf("\n", found) + 1, this.at) + quote.slice(this.at).split("\n", 1)[0];
    return { gap, line, continues: from > 0 && !gap.includes("\n") };
  }

  begin(whole, text) {
    const line = make("p", "said");
    line.lang = langOf(text);
    line.classList.toggle("row", BAR.test(whole));
    line.classList.toggle("item", ITEM.test(text));
    this.cell = null;
    return line;
  }

  /** A sentence, or its part in one cell of a row; a cell begins with its header. */
  part(text, best, opens) {
    let said = text;
    if (this.line.classList.contains("row") && (opens || !this.cell)) {
      const key = KEY.exec(text)?.[0] ?? "";
      said = text.slice(key.length);
      this.cell = make("span", "cell");
      if (key) this.cell.append(make("span", "key", key));
      this.line.append(this.cell);
    }
    this.last = make("span", best ? "sentence best" : "sentence", said);
    (this.cell ?? this.line).append(this.last);
  }

  /** Chips hang on the last two characters, so that none begins a line. */
  glue(citations) {
    const letters = graphemes(this.last.textContent);
    const glue = make("span", "glue", letters.slice(-2).join(""));
    glue.append(...citations.map((n) => this.chip(n)));
    this.last.replaceChildren(letters.slice(0, -2).join(""), glue);
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
