// Asks for what a desk reads first, and opens its stream, while the browser still reads the desk's own script. `app/ahead.ts` takes
// over whatever has come by then; what is missing or failed is asked for there as if this had never run.
(() => {
  const reads = {};
  let token = null;
  try {
    token = sessionStorage.getItem("nazdik.token");
  } catch {
    // The cookie carries the session.
  }
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
  if (token) headers.Authorization = `Bearer ${token}`;
  const ask = (path, more) => fetch(path, { credentials: "same-origin", cache: "no-store", headers, ...more });
  for (const path of ["/v1/server", "/v1/session", "/v1/offices", "/v1/kinds"]) {
    reads[path] = ask(path);
    reads[path].catch(() => undefined);
  }
  const open = (ticket) => {
    const address = new URL("/v1/stream", location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    if (ticket) address.searchParams.set("ticket", ticket);
    const socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    socket.heard = [];
    socket.onmessage = (event) => socket.heard.push(event.data);
    socket.onopen = () => {
      socket.send(JSON.stringify({ t: "hello", resume: {}, later: ["detail", "unit"], together_ms: 40 }));
      socket.greeted = true;
    };
    return socket;
  };
  const ticket = async () => (await (await ask("/v1/stream-tickets", { method: "POST" })).json()).ticket;
  const socket = token ? ticket().then(open) : Promise.resolve(open(null));
  socket.catch(() => undefined);
  window.nazdikAhead = { reads, socket };
})();
