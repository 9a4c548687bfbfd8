// What the views beside the chat share: how they ask the server, who asks, and a new take's name.
const OURS = { "X-Qunying": "page" };

// The answer, or null after `say` was told why there is none.
export const ask = async (url, { method = "GET", body, say, lost = "没连上，等一下再试。" }) => {
  say("");
  try {
    const headers = method === "GET" ? {} : OURS;
    const answer = await fetch(url, { method, body, headers, signal: AbortSignal.timeout(60000) });
    const told = await answer.json();
    if (answer.ok) return told;
    say(told.say || "没办成，等一下再试。");
  } catch {
    say(lost);
  }
  return null;
};

export const newId = () => {
  const chance = crypto.getRandomValues(new Uint8Array(6));
  const hex = [...chance].map((x) => x.toString(16).padStart(2, "0")).join("");
  return `${Date.now().toString(36).padStart(9, "0")}-${hex}`;
};

// who speaks in the chat; the composer keeps it
export const speaker = () => JSON.parse(sessionStorage.getItem("qunying") || "{}").me || "";

export const LOST = "没连上，写的都还在，等一下再试。";
