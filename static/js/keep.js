// Keeps what is being written: a form marked with data-keep saves itself, and until the server has said that it
// has the text, a copy of it lies in this browser. Without this script the form works as it always did.
(() => {
  "use strict";
  const PAUSE = 1500; // ms after the last key
  const AGAIN = 5000; // ms until the next try without a connection
  const MONTH = 30 * 24 * 3600 * 1000; // ms that an unwanted copy stays
  const LIGHT = 50_000; // characters that a browser still sends when its tab is closed
  const PREFIX = "keep:";
  const OWN = ["csrfmiddlewaretoken", "revision", "lause", "siirry"];

  const store = {
    // A browser may forbid storage altogether; then the form still saves itself.
    read(key) { try { return JSON.parse(localStorage.getItem(PREFIX + key)); } catch { return null; } },
    write(key, copy) { try { localStorage.setItem(PREFIX + key, JSON.stringify(copy)); } catch { /* as above */ } },
    drop(key) { try { localStorage.removeItem(PREFIX + key); } catch { /* as above */ } },
    tidy() {
      try {
        for (const name of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
          const copies = [JSON.parse(localStorage.getItem(name))].flat();
          if (copies.every((copy) => !(copy && copy.at > Date.now() - MONTH))) localStorage.removeItem(name);
        }
      } catch { /* as above */ }
    },
  };

  const plain = (text) => text.replace(/\r\n?/g, "\n");

  function read(form) {
    const fields = {};
    for (const [name, value] of new FormData(form)) {
      if (!OWN.includes(name) && typeof value === "string") fields[name] = plain(value);
    }
    return fields;
  }

  function write(form, fields) {
    for (const [name, value] of Object.entries(fields)) {
      for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (control.type === "radio") control.checked = control.value === value;
        else control.value = value;
      }
    }
  }

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const isWritten = (name) => !name.includes("-"); // a task has a prefix; it is saved with the button only
  const untasked = (fields) => !Object.entries(fields).some(([name, value]) => !isWritten(name) && value);

  function start(form) {
    const key = form.dataset.keep;
    const status = form.querySelector("[data-keep-status]");
    const revision = form.elements.revision;
    let timer = 0;
    let isBusy = false;
    let waiting = null; // a button pressed while the form was saving itself: two saves of one revision would clash
    let isStopped = false; // the server has said that this text needs a person to decide
    // What the server has; a form that came back with errors holds what it has not.
    let saved = "unsaved" in form.dataset ? {} : read(form);
    const shelf = store.read(`${key}:shelf`) || []; // texts of earlier visits that the server never got

    const say = (text) => { status.textContent = text; };
    const plan = (pause) => { clearTimeout(timer); timer = setTimeout(save, pause); };
    const keep = () => store.write(key, { revision: revision.value, fields: read(form), at: Date.now() });

    async function save() {
      const fields = read(form);
      if (isBusy || isStopped || same(fields, saved)) return;
      isBusy = true;
      say(form.dataset.saving);
      try {
        const answer = await fetch(form.action, {
          method: "POST", body: new FormData(form), headers: { "X-Requested-With": "keep" }, redirect: "manual",
          keepalive: document.hidden && JSON.stringify(fields).length < LIGHT,
        });
        await settle(answer, fields);
        isBusy = false;
        if (waiting) form.requestSubmit(waiting);
      } catch {
        say(form.dataset.offline);
        plan(AGAIN);
      } finally {
        isBusy = false;
        waiting = null;
      }
    }

    async function settle(answer, fields) {
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
        revision.value = page.dataset.revision;
        saved = fields;
        status.replaceChildren(document.importNode(page, true));
        if (same(read(form), fields)) {
          if (untasked(fields)) store.drop(key); else keep();
        } else {
          keep();
          plan(PAUSE);
        }
      } else if (answer.type === "opaqueredirect" || answer.status === 403) {
        say(form.dataset.loggedout);
      } else if ([404, 409, 422].includes(answer.status)) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
        if (page) status.replaceChildren(document.importNode(page, true));
        isStopped = answer.status !== 422;
      } else {
        say(form.dataset.trouble);
        plan(AGAIN);
      }
    }

    const notice = form.querySelector("[data-keep-offer]");

    function offer() {
      if (shelf.length) store.write(`${key}:shelf`, shelf); else store.drop(`${key}:shelf`);
      notice.hidden = !shelf.length;
      if (notice.hidden) return;
      const moment = new Date(shelf.at(-1).at);
      notice.querySelector("[data-keep-when]").textContent = moment.toLocaleString(
        document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
    }

    function take() {
      const copy = shelf.pop();
      if (!same(read(form), saved)) shelf.push({ revision: revision.value, fields: read(form), at: Date.now() });
      write(form, copy.fields);
      // What she had seen then: if somebody has written since, the server shows both texts.
      revision.value = copy.revision;
      keep();
      offer();
      plan(0);
    }

    notice.querySelector("[data-keep-take]").addEventListener("click", take);
    notice.querySelector("[data-keep-drop]").addEventListener("click", () => { shelf.pop(); offer(); });
    form.addEventListener("input", () => { keep(); plan(PAUSE); });
    document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
    addEventListener("online", () => plan(0));
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      if (isBusy) {
        event.preventDefault();
        waiting = event.submitter;
      } else {
        isStopped = true;
      }
    });
    addEventListener("pageshow", (event) => { if (event.persisted) isStopped = false; });

    const copy = store.read(key);
    if (copy && "unsaved" in form.dataset) {
      keep();
    } else if (copy) {
      store.drop(key);
      if (!same(copy.fields, saved)) shelf.push(copy);
    }
    offer();
  }

  // The server has these texts: "keep <item> <revision>".
  for (const done of document.querySelectorAll("[data-keep-done]")) {
    const [, item, revision] = done.dataset.keepDone.split(" ");
    for (const form of document.querySelectorAll("form[data-keep]")) {
      const key = `${form.dataset.keep.split("-")[0]}-${item}`;
      const copy = store.read(key);
      if (copy && Number(copy.revision) < Number(revision)) store.drop(key);
    }
  }
  store.tidy();
  for (const form of document.querySelectorAll("form[data-keep]")) start(form);
})();
