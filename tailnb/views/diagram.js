// The state diagram, which the kernel draws, with the current state and the last transition marked.

function diagram(view) {
  return () => {};
}
