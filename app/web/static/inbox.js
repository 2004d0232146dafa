/* The inbox: what happened meanwhile, without moving what somebody reads or types. */

import "./macros.js";
import "./pii.js";
import "./reply.js";
import { rendered } from "./rendered.js";

const POLL = 5_000;
const SPREAD = 2_000; // milliseconds, that not all open pages ask for the list at the same moment
const HEARTBEAT = 15_000;

class Inbox extends HTMLElement {
  connectedCallback() {
    this.event = Number(this.dataset.event);
    this.queue = this.querySelector(".queue");
    this.log = this.querySelector(".log");
    this.toast = this.querySelector(".toast");
    this.queue.addEventListener("keydown", this.key);
    this.toast.addEventListener("click", () => this.showQueue());
    window.addEventListener("online", () => this.listen());
    window.addEventListener("offline", () => this.lost(true));
    if (this.log) this.log.scrollTop = this.log.scrollHeight;
    const first = [".reply .check input", ".rows [aria-current]", ".rows a"].map((each) => this.querySelector(each)).find(Boolean);
    first?.focus({ preventScroll: true });
    this.beat();
    this.beating = setInterval(() => this.beat(), HEARTBEAT);
    this.listen();
  }

  disconnectedCallback() {
    this.source?.close();
    clearInterval(this.beating);
    clearInterval(this.polling);
    clearTimeout(this.again);
  }

  get path() {
    return `/desk/${this.dataset.ticket}`;
  }

  listen() {
    this.source?.close();
    if (!window.EventSource) {
      this.polling ??= setInterval(() => this.happened(), POLL);
      return;
    }
    this.source = new EventSource(`/desk/events?after=${this.event}`);
    this.source.onopen = () => this.lost(false);
    this.source.onerror = () => this.broken();
    this.source.addEventListener("desk", ({ data, lastEventId }) => {
      this.event = Number(lastEventId);
      this.happened(JSON.parse(data));
    });
  }

  /** The browser comes back by itself, unless it was refused: then this page does, or asks to sign in. */
  broken() {
    this.lost(true);
    if (this.source.readyState !== EventSource.CLOSED) return;
    clearTimeout(this.again);
    this.again = setTimeout(() => (this.fetchQueue(), this.listen()), POLL);
  }

  lost(isLost) {
    this.querySelector(".lost").hidden = !isLost;
  }

  /** Several events in a row are looked up once. */
  happened(event) {
    this.mine ||= !event || event.conversation_id === this.dataset.conversation;
    if (this.mine) this.soon = void clearTimeout(this.soon);
    this.soon ??= setTimeout(async () => {
      const [isMine] = [this.mine, (this.soon = this.mine = null)];
      await Promise.all([this.fetchQueue(), isMine && this.log && this.fetchTurns()]);
    }, 150 + (this.mine ? 0 : SPREAD * Math.random()));
  }

  async fragment(path) {
    const response = await fetch(path).catch(() => null); // not asked for as a page, it is no page to sign in
    if (!window.EventSource) this.lost(!response);
    if (!response) return null;
    if (response.status === 401 || response.status === 403) location.reload();
    return response.ok ? rendered(await response.text()) : null;
  }

  async fetchQueue() {
    const about = new URLSearchParams({ tab: this.dataset.tab, ticket: this.dataset.ticket ?? "", search: this.queue.querySelector("#search").value });
    const fresh = await this.fragment(`/desk/queue?${about}`);
    if (!fresh) return;
    this.fresh = fresh;
    if (!this.queue.contains(document.activeElement) || this.stays(fresh)) return this.showQueue();
    const known = new Set([...this.queue.querySelectorAll(".rows a")].map((row) => row.dataset.ticket));
    const fresher = [...fresh.querySelectorAll(".rows a")].filter((row) => !known.has(row.dataset.ticket)).length;
    this.toast.textContent = this.toast.dataset.new.replace("{n}", fresher);
    this.toast.hidden = !fresher;
  }

  /** A list never moves under somebody's focus: whether the focused row keeps its place. */
  stays(fresh) {
    const place = (list, ticket) => [...list.querySelectorAll(".rows a")].findIndex((row) => row.dataset.ticket === ticket);
    const { ticket } = document.activeElement.dataset;
    return Boolean(ticket) && place(fresh, ticket) === place(this.queue, ticket);
  }

  showQueue() {
    this.toast.hidden = true;
    if (!this.fresh) return;
    const { ticket } = document.activeElement.dataset;
    const top = this.queue.querySelector(".rows")?.scrollTop ?? 0;
    this.queue.replaceChildren(this.fresh);
    this.fresh = null;
    const rows = this.queue.querySelector(".rows");
    if (rows) rows.scrollTop = top;
    if (ticket) rows?.querySelector(`a[data-ticket="${ticket}"]`)?.focus({ preventScroll: true });
  }

  async fetchTurns() {
    const fresh = await this.fragment(`${this.path}/turns`);
    const turns = this.log.querySelector(".turns");
    const known = new Set([...turns.children].map((turn) => turn.dataset.key));
    const added = [...(fresh?.children ?? [])].filter((turn) => !known.has(turn.dataset.key));
    if (!added.length) return;
    const isAtEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40;
    turns.append(...added);
    if (isAtEnd) this.log.scrollTop = this.log.scrollHeight;
    document.getElementById("announcer").replaceChildren(...added.map((turn) => Object.assign(document.createElement("p"), { textContent: turn.innerText })));
    this.querySelector("kotae-reply")?.meanwhile();
  }

  /** "I am here", and whether something is being typed; the answer names the others. */
  async beat(isTyping = this.querySelector("kotae-reply")?.isTyping ?? false) {
    if (document.hidden) return;
    const body = new URLSearchParams({ csrf: this.dataset.csrf, ticket: this.dataset.ticket ?? "", typing: isTyping });
    const response = await fetch("/desk/presence", { method: "POST", body }).catch(() => null);
    const others = this.querySelector(".others");
    if (response?.ok && others) others.textContent = (await response.json()).others;
  }

  key = (event) => {
    const rows = [...this.queue.querySelectorAll(".rows a")];
    const at = rows.indexOf(document.activeElement);
    const step = { ArrowDown: 1, j: 1, J: 1, ArrowUp: -1, k: -1, K: -1 }[event.key];
    if (at < 0 || !step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    rows[Math.min(Math.max(at + step, 0), rows.length - 1)].focus();
  };
}

customElements.define("kotae-inbox", Inbox);
