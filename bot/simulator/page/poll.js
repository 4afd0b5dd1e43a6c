/** A poll in a bubble: choose, then see how the votes fall. */
import { button, el } from "./dom.js";
import { icon } from "./icons.js";
import { numberOf } from "./dates.js";

const VOTES = { zero: "لا أصوات بعد", one: "صوت واحد", two: "صوتان", few: "أصوات", many: "صوتًا", other: "صوت" };
const plural = new Intl.PluralRules("ar");

function countOf(place, votes) {
  const form = plural.select(votes);
  return ["zero", "one", "two"].includes(form) ? VOTES[form] : `${numberOf(place, votes)} ${VOTES[form]}`;
}

function shares(poll, place) {
  const total = Math.max(1, poll.total_voter_count);
  return poll.options.map((option) => {
    const share = option.voter_count / total;
    const bar = el("i", {});
    bar.style.setProperty("--share", share.toFixed(3));
    return el(
      "div",
      { class: "share" },
      el("span", {}, numberOf(place, share, { style: "percent" })),
      el("span", { dir: "auto" }, option.text),
      bar,
    );
  });
}

/** `onVote(indices)`; one press votes, unless several answers are allowed. */
export function renderPoll(poll, place, onVote) {
  const chosen = new Set();
  const total = el("small", {}, poll.is_closed ? `انتهى التصويت: ${countOf(place, poll.total_voter_count)}` : countOf(place, poll.total_voter_count));
  if (poll.is_closed || poll.total_voter_count > 0) {
    return el("div", { class: "poll", "data-testid": "poll" }, ...shares(poll, place), total);
  }
  const submit = button({ class: "vote", hidden: true, on: { click: () => onVote([...chosen]) } }, "صوّت");
  const options = poll.options.map((option, index) => {
    const node = button({ class: "option", "aria-pressed": "false", "data-testid": "poll-option" }, el("span", { class: "tick" }, icon("check")), el("span", { dir: "auto" }, option.text));
    node.addEventListener("click", () => {
      if (!poll.allows_multiple_answers) return onVote([index]);
      const on = !chosen.has(index);
      if (on) chosen.add(index);
      else chosen.delete(index);
      node.setAttribute("aria-pressed", String(on));
      submit.hidden = chosen.size === 0;
    });
    return node;
  });
  return el("div", { class: "poll", "data-testid": "poll" }, ...options, submit, total);
}
