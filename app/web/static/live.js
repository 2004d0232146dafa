/* What a person writes and what becomes of the request, as it happens: a stream that goes on where it broke off. */

import { announce, call, clone, langOf, make, say } from "./page.js";
import { sync } from "./handoff.js";

const KINDS = "message.created handoff.offered offer.declined handoff.created handoff.withdrawn agent.joined agent.left handoff.returned ticket.resolved ticket.reopened reply.delayed details.asked details.given csat.given".split(" ");
const AGAIN = 4000; // milliseconds
let live;

/** The one of this page. */
export const liveOf = (chat) => (live ??= new Live(chat));

class Live {
  constructor(chat) {
    this.chat = chat;
    this.last = Number(chat.dataset.after);
    this.banner = document.querySelector(".lost");
  }

  /** Follow the conversation from now on; called again, nothing more begins. */
  follow() {
    if (this.follows || !this.chat.dataset.conversation) return;
    this.follows = true;
    if ("EventSource" in window) this.open();
    else this.poll();
  }

  open() {
    const source = new EventSource(`/api/v1/conversations/${this.chat.dataset.conversation}/events?after=${this.last}`);
    for (const kind of KINDS) source.addEventListener(kind, ({ data }) => this.take(JSON.parse(data)));
    source.onopen = () => this.lost(false);
    source.onerror = () => {
      this.lost(true);
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.open(), AGAIN); // refused, by a limit say
    };
  }

  async poll() {
    await this.look();
    setTimeout(() => this.poll(), AGAIN);
  }

  /** What has happened meanwhile, asked once. */
  async look() {
    try {
      const { events } = await (await call("GET", `events?after=${this.last}`)).json();
      events.forEach((event) => this.take(event));
      this.lost(false);
    } catch {
      this.lost(true);
    }
  }

  /** Said once it lasts; while the browser itself is offline, another line says so. */
  lost(isLost) {
    if (isLost) return void (this.losing ??= setTimeout(() => (this.banner.hidden = !navigator.onLine), AGAIN));
    clearTimeout(this.losing);
    this.losing = null;
    this.banner.hidden = true;
  }

  take(event) {
    if (event.number <= this.last) return;
    this.last = event.number;
    if (event.message?.role === "agent") this.say(event);
    if (event.line) this.line(event.line);
    sync(this.chat, event);
    this.chat.log.follow();
  }

  say({ message }) {
    if (document.getElementById(`m-${message.id}`)) return;
    const turn = clone("t-person");
    turn.id = `m-${message.id}`;
    turn.querySelector("b").textContent = message.name;
    Object.assign(turn.querySelector("time"), { textContent: message.time, dateTime: message.at });
    Object.assign(turn.querySelector(".said"), { textContent: message.text, lang: langOf(message.text) });
    this.chat.turns.append(turn);
    announce(`${message.name}: ${message.text}`);
  }

  line(text) {
    const line = make("li", "turn system");
    line.append(make("p", "", text));
    this.chat.turns.append(line);
    announce(text);
  }
}
