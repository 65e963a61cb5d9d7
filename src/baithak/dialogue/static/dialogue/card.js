/* Small comforts for the voting page; everything works without them. */
(function () {
  "use strict";
  var KEYS = { "1": "1", "2": "2", "3": "3" };
  function typing(element) {
    return element && /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) && element.type !== "hidden";
  }
  document.addEventListener("keydown", function (event) {
    if (event.altKey || event.ctrlKey || event.metaKey || typing(document.activeElement)) return;
    var button = KEYS[event.key] && document.querySelector('#card button[data-key="' + event.key + '"]');
    if (button) { event.preventDefault(); button.click(); }
  });
  /* Leaving replaces this page, so that "back" does not return to it. */
  document.addEventListener("click", function (event) {
    var leave = event.target.closest && event.target.closest("#leave");
    if (leave) { event.preventDefault(); window.location.replace(leave.href); }
  });
  function notSent() {
    var line = document.getElementById("not-sent");
    if (line) { line.hidden = false; line.setAttribute("role", "alert"); }
  }
  document.addEventListener("submit", function () {
    var line = document.getElementById("not-sent");
    if (line) { line.hidden = true; line.removeAttribute("role"); }
  });
  document.addEventListener("htmx:error", notSent);
  document.addEventListener("htmx:sendError", notSent);
})();
