/* Tabs: one panel is open; the arrow keys go from tab to tab. */

export class Tabs {
  constructor(root) {
    this.root = root;
    this.tabs = [...root.querySelectorAll("[role=tab]")];
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.open(tab).querySelector("textarea").focus());
      tab.addEventListener("keydown", this.move);
    }
    this.open(this.tabs[0]);
  }

  /** Returns its panel. */
  open(tab) {
    for (const each of this.tabs) {
      const isOpen = each === tab;
      each.setAttribute("aria-selected", String(isOpen));
      each.tabIndex = isOpen ? 0 : -1;
      this.panel(each).hidden = !isOpen;
    }
    return this.panel(tab);
  }

  panel(tab) {
    return this.root.querySelector(`#${tab.getAttribute("aria-controls")}`);
  }

  move = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const next = this.tabs[(this.tabs.indexOf(event.target) + step + this.tabs.length) % this.tabs.length];
    this.open(next);
    next.focus();
  };
}
