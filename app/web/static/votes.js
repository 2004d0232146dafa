/* "Was this helpful?": one press votes, a second one withdraws; a thumb down may add one line. */

import { call, say } from "./page.js";

export async function vote(form, button) {
  const { message_id: message, comment } = form.elements;
  const isReason = !button.classList.contains("thumb");
  const withdraws = !isReason && button.getAttribute("aria-pressed") === "true";
  const helpful = withdraws ? null : button === form.querySelector(".thumb");
  const line = form.querySelector(".ask");
  try {
    await call("POST", "feedback", { body: { message_id: message.value, helpful, comment: (isReason && comment.value.trim()) || null } });
  } catch {
    line.textContent = say("not_done");
    return;
  }
  const [up, down] = form.querySelectorAll(".thumb");
  up.setAttribute("aria-pressed", String(helpful === true));
  down.setAttribute("aria-pressed", String(helpful === false));
  line.textContent = helpful === null ? say("helpful") : say("thanks");
  form.querySelector(".reason").hidden = isReason || helpful !== false;
  if (isReason) down.focus();
}
