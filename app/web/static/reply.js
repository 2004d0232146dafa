/* Writing to a customer: tabs, sending, what differs from the draft; what was typed outlives the page. */

import { rendered } from "./rendered.js";
import { Tabs } from "./tabs.js";

const UNDO = 5_000; // milliseconds

class Reply extends HTMLElement {
  connectedCallback() {
    this.inbox = this.closest("kotae-inbox");
    this.form = this.querySelector("#panel-reply form");
    this.field = this.querySelector("#text");
    this.key = `kotae-reply-${this.dataset.ticket}`;
    this.tabs = new Tabs(this);
    this.field.addEventListener("keydown", this.macroKey);
    document.addEventListener("keydown", this.sendKey);
    this.querySelector(".edit")?.addEventListener("click", this.edit);
    this.field.addEventListener("input", this.typed);
    this.form.addEventListener("submit", this.send);
    this.querySelector(".undo").addEventListener("click", this.undo);
    this.querySelectorAll(".redraft").forEach((link) => link.addEventListener("click", this.redraft));
    this.macros = this.querySelector("kotae-macros");
    this.addEventListener("macro", this.insert);
    this.diff = this.querySelector(".diff");
    this.diff?.addEventListener("click", this.toggleDiff);
    if (location.hash === "#sent") this.forget();
    const kept = localStorage.getItem(this.key);
    if (kept) this.field.value = kept;
    this.classList.toggle("reading", Boolean(this.field.dataset.draft) && this.field.value === this.field.dataset.draft);
    this.changed();
    if ("undrafted" in this.dataset) this.draft(`/desk/${this.dataset.ticket}/write`);
  }

  disconnectedCallback() {
    clearTimeout(this.sending);
    document.removeEventListener("keydown", this.sendKey);
  }

  /** The form anew, with a draft; what was typed meanwhile stays. */
  async draft(url) {
    await customElements.whenDefined("kotae-inbox");
    const fresh = await this.inbox.fragment(url);
    const form = fresh?.querySelector("kotae-reply");
    if (!form) return;
    delete form.dataset.undrafted;
    const isFocused = this.contains(document.activeElement);
    const { log } = this.inbox;
    const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    this.replaceWith(form);
    if (isAtEnd) log.scrollTop = log.scrollHeight;
    if (isFocused) form.querySelector(".reading .edit, #text").focus();
  }

  redraft = (event) => {
    event.preventDefault();
    localStorage.removeItem(this.key);
    this.draft(event.target.href);
  };

  /** Five seconds in which it can be taken back. */
  send = (event) => {
    event.preventDefault();
    if (this.sending) return;
    this.querySelector(".sending").hidden = false;
    this.sending = setTimeout(() => this.form.submit(), UNDO);
  };

  /** It was sent: only then what was typed is not needed any more. */
  forget() {
    localStorage.removeItem(this.key);
    history.replaceState(null, "", location.pathname + location.search);
  }

  undo = () => {
    clearTimeout(this.sending);
    this.sending = null;
    this.querySelector(".sending").hidden = true;
    this.field.focus();
  };

  get isTyping() {
    return Date.now() - (this.typedAt ?? 0) < 10_000;
  }

  macroKey = (event) => {
    const isComposing = event.isComposing || event.keyCode === 229;
    const isInWord = /\S$/.test(this.field.value.slice(0, this.field.selectionStart));
    if (isComposing || event.key !== ";" || isInWord) return;
    event.preventDefault();
    this.macros.open();
  };

  /** From anywhere on the page: what is open is sent, or the note kept. */
  sendKey = (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    this.querySelector("[role=tabpanel]:not([hidden]) form").requestSubmit();
  };

  edit = () => {
    this.classList.remove("reading");
    this.field.focus();
  };

  typed = () => {
    const wasTyping = this.isTyping;
    this.typedAt = Date.now();
    if (!wasTyping) this.inbox.beat(true);
    localStorage.setItem(this.key, this.field.value);
    clearTimeout(this.checking);
    this.checking = setTimeout(() => this.changed(), 600);
  };

  /** What was changed, and which additions no article holds: the service knows. */
  async changed() {
    const { draft } = this.field.dataset;
    if (!draft || this.field.value === draft) return this.tell({ unsourced: "", diff: "" });
    const body = new URLSearchParams({ csrf: this.inbox.dataset.csrf, draft: this.form.elements.draft.value, text: this.field.value });
    const response = await fetch(`${this.inbox.path}/changes`, { method: "POST", body }).catch(() => null);
    if (response?.ok) this.tell(await response.json());
  }

  tell({ unsourced, diff }) {
    const note = this.querySelector(".unsourced");
    if (note) note.textContent = unsourced;
    if (this.diff) this.diff.hidden = !diff;
    this.querySelector(".changes").replaceChildren(rendered(diff));
  }

  toggleDiff = () => {
    const isOn = this.diff.getAttribute("aria-pressed") === "false";
    this.diff.setAttribute("aria-pressed", String(isOn));
    this.querySelector(".changes").hidden = !isOn;
  };

  insert = ({ detail: text }) => {
    this.edit();
    this.field.setRangeText(text, this.field.selectionStart, this.field.selectionEnd, "end");
    this.typed();
  };

  /** The customer wrote: what is typed stays, with a word about it; an untouched draft is made anew. */
  meanwhile() {
    const { draft } = this.field.dataset;
    if (!this.field.value || this.field.value === draft) return this.draft(`/desk/${this.dataset.ticket}/write`);
    this.querySelector(".stale")?.removeAttribute("hidden");
  }
}

customElements.define("kotae-reply", Reply);
