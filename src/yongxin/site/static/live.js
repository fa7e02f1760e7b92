// A page with a kernel: end it when the page is left, and tell when it has ended by itself.

const config = JSON.parse(document.getElementById("jupyter-config-data").textContent);
const notice = document.querySelector("[data-yongxin-kernel-lost]");
const PATIENCE = 60000;

const token = () => decodeURIComponent(document.cookie.match(/(?:^|; )_xsrf=([^;]*)/)?.[1] ?? "");

async function look() {
  if (document.visibilityState !== "visible") {
    return;
  }
  try {
    const reply = await fetch(`${config.baseUrl}api/kernels/${config.kernelId}`, { cache: "no-store" });
    if (reply.status === 404 || reply.status === 401) {
      notice.hidden = false;
    }
  } catch {
    // Not connected: nothing can be told about the kernel now.
  }
}

addEventListener("pagehide", (event) => {
  if (!event.persisted) {
    const form = new FormData();
    form.append("_xsrf", token());
    navigator.sendBeacon(`${config.baseUrl}voila/api/shutdown/${config.kernelId}`, form);
  }
});
addEventListener("pageshow", (event) => event.persisted && look());
document.addEventListener("visibilitychange", look);
setInterval(look, PATIENCE);
