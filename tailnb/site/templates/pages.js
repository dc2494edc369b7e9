// Boxes that scroll can be scrolled by keyboard, too; those that do not are no stop for it.
const boxes = document.querySelectorAll(".scroll, pre");
function mark() {
  for (const box of boxes) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}
addEventListener("resize", mark);
document.addEventListener("toggle", mark, true);
mark();

// Beside the text there is room for all sections.
const sections = document.querySelector(".sections details");
if (sections) sections.open = matchMedia("(min-width: 68rem)").matches;
