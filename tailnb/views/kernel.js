// For widgets whose controls need a kernel.

const PATIENCE = 2500; // milliseconds until a kernel that does not answer is said not to

// Asks the kernel whether it is there, and shows the controls that need it once it answers. `silent` is said when
// it does not answer, `none` when it never did.
function kernel(view, silent, none) {
  const { model, root } = view;
  let timer;
  const send = (message, otherwise) => {
    clearTimeout(timer);
    timer = setTimeout(() => view.say(otherwise), PATIENCE);
    try {
      model.send(message);
    } catch {
      view.say(otherwise); // a page without a kernel, or one that has been shut down
    }
  };
  view.ask = (message, words = "") => {
    view.say(words);
    send(message, silent);
  };
  const answered = (message) => {
    if (message !== "here") return;
    clearTimeout(timer);
    view.say("");
    view.live = true;
    root.classList.add("tnb-live-kernel");
    view.woke?.();
  };
  model.on("msg:custom", answered);
  send({ hello: true }, none);
  return () => {
    clearTimeout(timer);
    model.off("msg:custom", answered);
  };
}
