/** The control API of the simulator: plain JSON over fetch, and one stream of events. */

/** What the server refused, in a sentence that can be shown. */
export class Refusal extends Error {}

async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(`/sim/${path}`, { cache: "no-store", ...options });
  } catch {
    throw new Refusal("تعذّر الوصول إلى الخادم. تأكّد أنه يعمل ثم أعد المحاولة.");
  }
  const text = await response.text();
  let body = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    body = null;
  }
  if (!response.ok) {
    const reason = body?.error ?? body?.description ?? `رمز الخطأ ${response.status}`;
    throw new Refusal(`لم يُقبل الطلب: ${reason}`);
  }
  return body;
}

function post(path, body = {}) {
  return call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

export const api = {
  state: () => call("state"),
  chat: (uid) => call(`chats/${uid}`),
  addPerson: (person) => post("users", person),
  pressKey: (uid, text) => post(`chats/${uid}/key`, { text }),
  sendText: (uid, text, replyTo = null) =>
    post(`chats/${uid}/text`, replyTo === null ? { text } : { text, reply_to: replyTo }),
  vote: (uid, messageId, choices) => post(`chats/${uid}/vote`, { message_id: messageId, choices }),
  press: (uid, messageId, data) => post(`chats/${uid}/press`, { message_id: messageId, data }),
  edit: (uid, messageId, text) => post(`chats/${uid}/edit`, { message_id: messageId, text }),
  block: (uid) => post(`chats/${uid}/block`),
  unblock: (uid) => post(`chats/${uid}/unblock`),
  moveClock: (order) => post("clock", order),

  sendFile(uid, kind, file, caption) {
    const form = new FormData();
    form.append("kind", kind);
    form.append("caption", caption);
    form.append("file", file, file.name || kind);
    return call(`chats/${uid}/file`, { method: "POST", body: form });
  },
};

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8000;

/**
 * Follows /sim/events for ever. `onOpen` runs at every (re)connection, when whatever was missed
 * must be read again; `onLost` when the stream breaks; `onEvent` for each event.
 */
export function follow({ onOpen, onLost, onEvent }) {
  let wait = FIRST_RETRY_MS;
  const connect = () => {
    const source = new EventSource("/sim/events");
    let over = false;
    const retry = () => {
      if (over) return;
      over = true;
      source.close();
      onLost();
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, LAST_RETRY_MS);
    };
    source.onopen = async () => {
      try {
        await onOpen();
        wait = FIRST_RETRY_MS;
      } catch {
        retry();
      }
    };
    source.onmessage = (event) => onEvent(JSON.parse(event.data));
    // The browser's own retry gives up on an HTTP error, so each attempt is ours.
    source.onerror = retry;
  };
  connect();
}
