/* "How did we do?": one press on a number sends it, with a word where one was written; once. */

import { announce, call, make, say } from "./page.js";

export async function rate(form, button) {
  const body = { score: Number(button.value), comment: form.elements.comment.value.trim() || null };
  const turn = form.closest("li");
  turn.removeAttribute("id"); // so that it stays, with its thanks, when the event comes back
  try {
    await call("POST", "rating", { body });
  } catch (error) {
    if (error.status !== 409) {
      turn.id = "rating";
      form.querySelector(".result").textContent = say("not_done");
      return;
    }
  }
  const thanks = make("p", "", say("rated"));
  thanks.tabIndex = -1;
  form.replaceChildren(thanks);
  thanks.focus();
  announce(say("rated"));
}
