/* The source panel: the article as it was indexed when the answer was given, with the quoted span marked. */

import { pages } from "./answer.js"; // an answer of an earlier visit knows its citations once its element is defined
import { call, langOf, say } from "./page.js";
import { article } from "./article.js";

class Source extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.heading = this.querySelector("h2");
    this.querySelector(".close").addEventListener("click", () => this.close());
    this.querySelector(".retry").addEventListener("click", () => this.load());
    for (const button of this.querySelectorAll(".walk")) button.addEventListener("click", () => this.walk(Number(button.dataset.step)));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.dialog.open || event.defaultPrevented) return;
      event.preventDefault();
      this.close();
    });
  }

  /** Open for the chip or row `button` of an answer; a second press on the open chip closes. */
  open(button) {
    if (button.getAttribute("aria-expanded") === "true") return this.close();
    this.answer = button.closest("kotae-answer");
    this.origin = button;
    this.citations = [...this.answer.citations.values()];
    const near = button.dataset.near && { ...JSON.parse(button.dataset.near), n: 0 };
    if (!this.dialog.open) this.dialog.show();
    return this.show(near || this.answer.citations.get(Number(button.dataset.n)));
  }

  close() {
    this.dialog.close();
    this.mark(null);
    const origin = this.current.n === Number(this.origin.dataset.n ?? 0) ? this.origin : this.chips(this.current.n)[0];
    origin.focus();
  }

  walk(step) {
    const at = this.citations.indexOf(this.current);
    this.show(this.citations.at((at + step) % this.citations.length), true);
  }

  show(citation, walking = false) {
    this.current = citation;
    this.mark(citation);
    const { n, title, url } = citation;
    Object.assign(this.heading, { textContent: title, lang: langOf(title) });
    this.querySelector(".count").textContent = n ? say("source_count", { n, total: this.citations.length }) : "";
    for (const button of this.querySelectorAll(".walk")) button.hidden = this.citations.length < 2 || !n;
    this.querySelector(".verbatim").hidden = !n;
    const original = this.querySelector(".original");
    original.hidden = !/^https?:/.test(url ?? "");
    if (!original.hidden) original.href = url;
    this.chips(n)[0]?.scrollIntoView({ block: "nearest" });
    if (!walking) this.heading.focus();
    return this.load();
  }

  /** Every chip of the shown citation in its answer is open; no other one is. */
  mark(citation) {
    for (const chip of document.querySelectorAll(".chip[aria-expanded=true]")) chip.ariaExpanded = "false";
    for (const row of document.querySelectorAll(".source.open")) row.classList.remove("open");
    if (!citation?.n) return;
    for (const chip of this.chips(citation.n)) {
      chip.ariaExpanded = "true";
      chip.closest(".source")?.classList.add("open");
    }
  }

  chips(n) {
    return [...this.answer.querySelectorAll(`.chip[data-n="${n}"]`)];
  }

  async load() {
    const citation = this.current;
    this.state("loading");
    try {
      const version = this.answer.version ? `?version=${encodeURIComponent(this.answer.version)}` : "";
      const response = await call("GET", `/api/v1/sources/${encodeURIComponent(citation.document_id)}${version}`);
      const source = await response.json();
      if (citation === this.current) this.shown(source, citation);
    } catch (error) {
      if (citation === this.current) this.missing(error, citation);
    }
  }

  shown(source, citation) {
    if (source.withdrawn) return this.missing({ status: 404 }, citation);
    const others = this.citations.filter((other) => other !== citation && other.document_id === citation.document_id);
    const text = this.querySelector(".text");
    text.replaceChildren(...article(source, citation, others));
    text.lang = source.lang;
    const foreign = source.lang !== document.documentElement.lang && (source.lang === "ja" ? say("source_in_japanese") : say("source_in_english"));
    const updated = source.reviewed_on && say("updated", { date: this.date(source.reviewed_on) });
    this.querySelector(".about").textContent = [pages([citation.page]), source.tags?.join(" · "), updated].filter(Boolean).join(" ・ ");
    this.state("shown", source.outdated ? say("source_old") : foreign);
    const mark = text.querySelector("mark");
    if (mark) mark.scrollIntoView({ block: "center" });
    else this.querySelector(".article").scrollTop = 0;
  }

  /** A withdrawn article leaves only the quoted text; any other failure can be tried again. */
  missing(error, citation) {
    const gone = error.status === 404;
    const text = this.querySelector(".text");
    text.replaceChildren(...(gone && citation.quote ? article({ text: citation.quote, blocks: [] }, { start: 0, end: Infinity }, []) : []));
    text.lang = langOf(citation.quote ?? "");
    if (gone) for (const chip of this.chips(citation.n)) chip.classList.add("gone");
    this.state(gone ? "shown" : "failed", !gone ? say("source_error") : citation.quote ? say("source_withdrawn") : say("not_found"));
  }

  state(state, note = "") {
    this.dataset.state = state;
    if (state === "loading") this.querySelector(".text").replaceChildren();
    this.querySelector(".skeleton").hidden = state !== "loading";
    this.querySelector(".retry").hidden = state !== "failed";
    Object.assign(this.querySelector(".note"), { textContent: note || "", hidden: !note });
  }

  date(day) {
    const format = { year: "numeric", month: "long", day: "numeric", timeZone: "UTC" };
    return new Intl.DateTimeFormat(document.documentElement.lang === "ja" ? "ja" : "en-GB", format).format(new Date(day));
  }
}

customElements.define("kotae-source", Source);

export const open = (button) => document.querySelector("kotae-source").open(button);
