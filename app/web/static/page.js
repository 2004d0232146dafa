/* What every script of the page shares: strings, templates, the announcer, the log, calls to the service. */

const words = JSON.parse(document.getElementById("words").textContent);

/** The catalogue's string `key` with its variables filled. */
export const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

export const clone = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

export function make(tag, className, text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

/** For the `lang` of a fragment: Japanese as soon as it holds one kana or kanji. */
export const langOf = (text) => (/[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]/.test(text) ? "ja" : "en");

export function timeNow(timeZone) {
  const format = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
  return new Intl.DateTimeFormat(document.documentElement.lang, format).format();
}

/** Said once by a screen reader, without moving anything. */
export const announce = (text) => document.getElementById("announcer").append(make("p", "", text));

/** Every form of the page posts without JavaScript; with it, its `data-act` says who takes it instead. */
export const ACTS = {
  ask: (chat, form, button) => chat.ask(button?.name === "text" ? button.value : form.elements.text.value),
  cite: async (chat, form, button) => (await import("./source.js")).open(button),
  vote: async (chat, form, button) => (await import("./votes.js")).vote(form, button),
  human: async (chat) => (await import("./handoff.js")).request(chat),
  decline: async (chat, form) => (await import("./handoff.js")).decline(chat, form),
  detail: async (chat, form, button) => (await import("./handoff.js")).tellDetail(chat, form, button),
  contact: async (chat, form) => (await import("./handoff.js")).tellContact(form),
  withdraw: async (chat) => (await import("./handoff.js")).withdraw(chat),
  rate: async (chat, form, button) => (await import("./rating.js")).rate(form, button),
};

export class Problem extends Error {
  constructor(status) {
    super({ 404: say("not_found"), 409: say("conflict"), 422: say("unprocessable"), 429: say("too_many"), 503: say("no_index") }[status] ?? say("server_error"));
    this.status = status;
  }
}

/** The id of the cookie's conversation, which begins with the first call that needs one. */
async function conversation() {
  const { dataset } = document.querySelector("kotae-chat");
  if (dataset.conversation) return dataset.conversation;
  const response = await call("POST", "/api/v1/conversations", { body: { locale: document.documentElement.lang } });
  return (dataset.conversation = (await response.json()).id);
}

/** `method path` below this conversation, or an absolute path; a network failure throws TypeError, a refusal Problem. */
export async function call(method, path, { body, accept = "application/json", signal } = {}) {
  const headers = body ? { Accept: accept, "Content-Type": "application/json" } : { Accept: accept };
  const url = path.startsWith("/") ? path : `/api/v1/conversations/${await conversation()}/${path}`;
  const response = await fetch(url, { method, headers, signal, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Problem(response.status);
  return response;
}

/** The events of a text/event-stream body: `{ type, data }`. */
export async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    const parts = (rest + chunk.value).replaceAll("\r\n", "\n").split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const field = (name) => part.split("\n").filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trimStart()).join("\n");
      const data = field("data");
      if (data) yield { type: field("event") || JSON.parse(data).type, data: JSON.parse(data) };
    }
  }
}

/** The scrolling log: it follows an answer until the question is at its top, so that reading begins at the beginning,
 *  and only while the reader has not scrolled away; what is out of sight below is offered by a button. */
class Log extends HTMLElement {
  connectedCallback() {
    this.newer = document.querySelector(".newer");
    this.newer.addEventListener("click", () => { this.scrollTop = this.scrollHeight; });
    this.addEventListener("scroll", this.look, { passive: true });
    this.end();
  }

  get hasMoreBelow() {
    return this.scrollHeight - this.scrollTop - this.clientHeight >= 48;
  }

  get goal() {
    const question = [...this.querySelectorAll(".mine")].at(-1);
    return Math.min(this.scrollHeight - this.clientHeight, question ? question.offsetTop - 16 : Infinity);
  }

  look = () => {
    this.following = this.scrollTop > this.goal - 48;
    if (!this.hasMoreBelow) this.newer.hidden = true;
  };

  end() {
    this.following = true;
    this.follow();
  }

  follow() {
    if (this.following) this.scrollTop = Math.max(this.scrollTop, this.goal);
    this.newer.hidden = !this.hasMoreBelow;
  }
}

customElements.define("kotae-log", Log);
