/* Keys for the moderators' queue; everything works without them. */
(function () {
  "use strict";
  var last = 0;
  function cards() { return Array.prototype.slice.call(document.querySelectorAll("#queue [data-item]")); }
  function typing(element) {
    return element && (/^(TEXTAREA|SELECT)$/.test(element.tagName) ||
      (element.tagName === "INPUT" && element.type !== "hidden"));
  }
  function here() {
    var item = document.activeElement && document.activeElement.closest && document.activeElement.closest("[data-item]");
    return item ? cards().indexOf(item) : -1;
  }
  function go(place) {
    var all = cards();
    if (!all.length) return;
    last = Math.max(0, Math.min(place, all.length - 1));
    all[last].focus();
    all[last].scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", function (event) {
    if (event.altKey || event.ctrlKey || event.metaKey || typing(document.activeElement)) return;
    var at = here();
    if (event.key === "j") { event.preventDefault(); go(at + 1); return; }
    if (event.key === "k") { event.preventDefault(); go(at < 0 ? 0 : at - 1); return; }
    if (at < 0 || !/^[armu]$/.test(event.key)) return;
    var part = cards()[at].querySelector('[data-key="' + event.key + '"]');
    if (!part) return;
    event.preventDefault();
    last = at;
    if (part.tagName === "SELECT") { part.focus(); } else { part.click(); }
  });
  /* After a decision the list is a new one: stay where the moderator was. */
  document.addEventListener("submit", function () { var at = here(); if (at >= 0) last = at; }, true);
  var main = document.getElementById("main");
  if (main && window.MutationObserver) {
    new MutationObserver(function (changes) {
      changes.forEach(function (change) {
        Array.prototype.forEach.call(change.addedNodes, function (node) {
          if (node.id === "queue") go(last);
        });
      });
    }).observe(main, { childList: true });
  }
  var keys = document.getElementById("keys");
  if (keys) keys.hidden = false;
})();
