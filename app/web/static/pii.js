/* Personal data in the inbox: shown one by one, for a minute, with a reason that is put on record. */

const SECONDS = 60;

class Pii extends HTMLElement {
  connectedCallback() {
    this.label ??= this.textContent;
    this.mask();
  }

  mask() {
    clearInterval(this.clock);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "pii";
    const hint = this.closest("kotae-inbox").querySelector("#reveal-title").textContent;
    button.setAttribute("aria-label", `${this.label} ${hint}`);
    button.append(this.label, Object.assign(document.createElement("span"), { className: "show", textContent: "◉" }));
    button.addEventListener("click", () => this.ask(button));
    this.className = "";
    this.replaceChildren(button);
  }

  ask(button) {
    const dialog = document.getElementById("reveal");
    const [form, failed] = [dialog.querySelector("form"), dialog.querySelector("[role=alert]")];
    failed.hidden = true;
    dialog.returnValue = "";
    dialog.onclose = async () => {
      if (dialog.returnValue === "show" && !(await this.reveal(form.elements.reason.value))) {
        failed.hidden = false;
        dialog.showModal();
        return;
      }
      (this.querySelector("button, [tabindex]") ?? button).focus();
    };
    dialog.showModal();
  }

  async reveal(reason) {
    const inbox = this.closest("kotae-inbox");
    const body = new URLSearchParams({ csrf: inbox.dataset.csrf, token: this.dataset.token, reason });
    const response = await fetch(`${inbox.path}/reveal`, { method: "POST", body }).catch(() => null);
    if (!response?.ok) return false;
    this.show((await response.json()).value);
    return true;
  }

  show(value) {
    const left = Object.assign(document.createElement("span"), { className: "show", ariaHidden: "true" });
    const shown = Object.assign(document.createElement("span"), { className: "pii shown", tabIndex: -1 });
    shown.append(value, left);
    this.replaceChildren(shown);
    const until = Date.now() + SECONDS * 1000;
    const tick = () => {
      const seconds = Math.ceil((until - Date.now()) / 1000);
      left.textContent = ` ${seconds} s`;
      if (seconds <= 0) this.mask();
    };
    tick();
    this.clock = setInterval(tick, 1000);
  }
}

customElements.define("kotae-pii", Pii);
