/* An article's text and blocks as elements; data becomes text nodes only. Offsets are code points. */

import { make, say } from "./page.js";

const TAGS = { heading: "h3", question: "h3", answer: "p", paragraph: "p", list_item: "li", table_row: "tr" };
const GROUPS = { list_item: "ul", table_row: "table" };

/** The elements of `source` with `quoted` marked and the spans of `others` dotted. */
export function article({ text, blocks }, quoted, others) {
  const letters = [...text];
  const whole = [{ kind: "paragraph", start: 0, end: letters.length, level: 0 }];
  const writer = new Writer(letters, quoted, others);
  for (const block of blocks.length ? blocks : whole) writer.block(block);
  return writer.elements;
}

class Writer {
  elements = [];
  group = null;

  constructor(letters, quoted, others) {
    Object.assign(this, { letters, quoted, others });
  }

  block(block) {
    const element = make(block.kind === "heading" && block.level > 2 ? "h4" : TAGS[block.kind]);
    if (block.kind === "table_row") this.row(element, block);
    else element.append(...this.pieces(block.start, block.end));
    if (block.kind === "list_item" && block.level) element.classList.add(`level-${Math.min(block.level, 3)}`);
    const tag = GROUPS[block.kind];
    if (!tag) this.group = null;
    else if (this.group?.localName !== tag) this.elements.push((this.group = make(tag)));
    if (tag) this.group.append(element);
    else this.elements.push(element);
  }

  /** A row's cells stand between " | ", each with its header before a colon, or in a header row of level 1. */
  row(element, { start, end, level }) {
    const text = this.letters.slice(start, end).join("");
    let from = start;
    for (const part of text.split(" | ")) {
      const to = from + [...part].length;
      const cell = make(level ? "th" : "td");
      const key = [...(/^[^:]*: /.exec(part)?.[0] ?? "")].length;
      const header = make("span", "key");
      header.append(...this.pieces(from, from + key));
      cell.append(...(key ? [header] : []), ...this.pieces(from + key, to));
      element.append(cell);
      from = to + 3;
    }
  }

  /** `start..end` cut at the edges of every span, so that a quotation is exact even across blocks. */
  pieces(start, end) {
    const spans = [this.quoted, ...this.others].filter((span) => span.start < end && span.end > start);
    const edges = new Set([start, end, ...spans.flatMap((span) => [Math.max(start, span.start), Math.min(end, span.end)])]);
    const cuts = [...edges].sort((a, b) => a - b);
    return cuts.slice(1).flatMap((to, i) => this.piece(cuts[i], to));
  }

  piece(from, to) {
    const text = this.letters.slice(from, to).join("");
    const inside = (span) => span.start <= from && to <= span.end;
    if (inside(this.quoted)) return this.mark(text);
    return this.others.some(inside) ? make("span", "cited", text) : document.createTextNode(text);
  }

  mark(text) {
    const mark = make("mark", "", text);
    if (this.marked) return mark;
    this.marked = true;
    mark.id = "quoted";
    return [make("span", "hidden", say("quoted_part")), mark];
  }
}
