/* Copy and print a receipt. Without scripts it is written down from the page. */
(function () {
  "use strict";
  var code = document.getElementById("receipt");
  var print = document.getElementById("print");
  var copy = document.getElementById("copy");
  if (!code || !print || !copy) return;
  print.hidden = false;
  print.addEventListener("click", function () { window.print(); });
  if (!navigator.clipboard) return;
  copy.hidden = false;
  copy.addEventListener("click", function () {
    navigator.clipboard.writeText(code.textContent).then(function () { copy.textContent = copy.dataset.done; });
  });
})();
