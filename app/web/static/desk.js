/* While a page of the desk is open, its reader is there: tickets are given to them. */

const EVERY = 30_000;

class DeskPresence extends HTMLElement {
  connectedCallback() {
    const call = () => fetch("/api/v1/desk/presence", { method: "POST", headers: { "X-CSRF-Token": this.dataset.csrf } }).catch(() => {});
    this.timer = setInterval(call, EVERY);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }
}

customElements.define("desk-presence", DeskPresence);
