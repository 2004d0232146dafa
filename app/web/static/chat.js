/* The conversation: asking, reading the answer as it streams, stopping, scrolling, being offline. */

import { ACTS, announce, call, clone, events, langOf, Problem, say, timeNow } from "./page.js";

const AHEAD = ["./answer.js", "./ending.js", "./source.js", "./votes.js", "./handoff.js", "./live.js"];

class Chat extends HTMLElement {
  connectedCallback() {
    this.turns = this.querySelector(".turns");
    this.log = this.querySelector("kotae-log");
    this.composer = this.querySelector(".composer");
    this.field = this.composer.elements.text;
    this.composer.noValidate = true;
    this.addEventListener("submit", this.act);
    this.addEventListener("click", this.click);
    this.field.addEventListener("keydown", this.key);
    this.field.addEventListener("input", this.grow);
    this.addEventListener("focusin", this.fetchAhead, { once: true });
    window.addEventListener("online", this.connection);
    window.addEventListener("offline", this.connection);
    this.connection();
    if (this.dataset.state !== "bot") this.live((live) => live.follow());
  }

  live = async (then) => then((await import("./live.js")).liveOf(this));

  fetchAhead = () => AHEAD.map((name) => import(name).catch(() => null)); // asked for again when it is needed

  act = async (event) => {
    const { target: form, submitter } = event;
    if (!form.dataset.act) return;
    event.preventDefault();
    if (form === this.composer && this.running) return this.running.abort();
    try {
      await ACTS[form.dataset.act](this, form, submitter);
    } catch (error) {
      this.querySelector(".by-phone").hidden = false; // the script itself could not be loaded
      throw error;
    }
  };

  click = ({ target }) => {
    if (target.closest(".again")) this.deliver(target.closest(".turn"));
    if (!target.closest(".rephrase")) return;
    this.field.value = [...this.querySelectorAll(".mine .bubble")].at(-1)?.textContent ?? "";
    this.field.select();
  };

  key = (event) => {
    const composing = event.isComposing || event.keyCode === 229; // 229: Safari ends a composition with a plain Enter
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    if (!this.running) this.composer.requestSubmit();
  };

  grow = () => {
    if (CSS.supports("field-sizing", "content")) return;
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
  };

  connection = () => {
    this.querySelector(".offline").hidden = navigator.onLine;
    this.querySelector(".send").setAttribute("aria-disabled", String(!navigator.onLine));
    if (navigator.onLine && this.broken) return location.reload(); // the answer was made and kept meanwhile
    if (navigator.onLine) this.querySelectorAll(".mine.unsent").forEach((turn) => this.deliver(turn));
  };

  add(id) {
    const turn = clone(id);
    turn.querySelector("time").textContent = timeNow(this.dataset.timezone);
    this.turns.append(turn);
    return turn;
  }

  ask(text) {
    this.field.focus();
    if (!text.trim() || this.running) return;
    this.querySelector(".suggestions")?.remove();
    this.field.value = "";
    this.grow();
    const turn = this.add("t-mine");
    Object.assign(turn.querySelector(".bubble"), { textContent: text.trim(), lang: langOf(text) });
    this.deliver(turn);
  }

  /** Send a customer's turn and show the answer below it; an unsent one says so and can be sent again. */
  async deliver(turn) {
    this.unsent(turn, !navigator.onLine);
    this.log.end();
    if (!navigator.onLine || this.running) return;
    const answering = this.add("t-answer");
    const answer = answering.querySelector("kotae-answer");
    this.run(new AbortController());
    this.broken = false;
    try {
      await import("./answer.js");
      await this.stream(answer, turn.querySelector(".bubble").textContent);
    } catch (error) {
      const isLost = error instanceof TypeError;
      this.unsent(turn, isLost && !this.broken);
      this.broken &&= isLost;
      if (turn.matches(".unsent")) answering.remove();
      else answer.end(error.name === "AbortError" ? say("stopped") : error.status ? error.message : say("server_error"));
    }
    this.run(null);
  }

  async stream(answer, text) {
    document.getElementById("announcer").replaceChildren();
    const { signal } = this.running;
    const response = await call("POST", "messages", { body: { text }, accept: "text/event-stream", signal });
    this.broken = true; // until its outcome has come
    for await (const { type, data } of events(response)) {
      if (type === "error") throw new Problem(data.status);
      if (type === "step") answer.step(data);
      if (type === "sentence") answer.sentence(data);
      if (type === "outcome") return this.ended(answer, data);
      this.log.follow();
    }
    throw new TypeError("the stream ended before its outcome");
  }

  async ended(answer, outcome) {
    this.broken = false;
    if (outcome.kind === "relayed") answer.closest(".turn").remove(); // a person has the conversation
    else announce((await import("./ending.js")).finish(answer, outcome));
    if (outcome.handoff) await ACTS.human(this);
    else await this.live((live) => live.look()); // a person may have been offered
  }

  unsent(turn, unsent) {
    turn.classList.toggle("unsent", unsent);
    turn.querySelector(".failed").hidden = !unsent;
  }

  run(controller) {
    this.running = controller;
    this.classList.toggle("running", Boolean(controller));
    this.log.follow();
    this.querySelector(".send").setAttribute("aria-label", controller ? say("stop") : say("send"));
  }
}

customElements.define("kotae-chat", Chat);
