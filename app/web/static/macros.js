/* Texts that are used again and again: found by a word, put into the reply. */

class Macros extends HTMLElement {
  connectedCallback() {
    this.details = this.querySelector("details");
    this.search = this.querySelector("input");
    this.addEventListener("click", this.choose);
    this.addEventListener("keydown", this.key);
    this.search.addEventListener("input", this.find);
  }

  open() {
    this.details.open = true;
    this.search.focus();
  }

  choose = ({ target }) => {
    const macro = target.closest("[data-macro]");
    if (!macro) return;
    this.details.open = false;
    this.dispatchEvent(new CustomEvent("macro", { detail: macro.dataset.text, bubbles: true }));
    const { csrf } = this.closest("kotae-inbox").dataset;
    fetch("/desk/macros/used", { method: "POST", body: new URLSearchParams({ csrf, macro: macro.dataset.macro }) }).catch(() => null);
  };

  key = (event) => {
    if (event.key === "Escape") {
      this.details.open = false;
      this.querySelector("summary").focus();
    }
    if (event.key === "Enter" && event.target === this.search) {
      event.preventDefault();
      this.querySelector("li:not([hidden]) button")?.click();
    }
  };

  find = () => {
    const words = this.search.value.toLowerCase().split(/\s+/);
    for (const row of this.querySelectorAll("li")) {
      const text = `${row.textContent} ${row.querySelector("button")?.dataset.text ?? ""}`.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
  };
}

customElements.define("kotae-macros", Macros);
