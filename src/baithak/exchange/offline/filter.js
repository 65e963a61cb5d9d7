/* Shows those practices that have all the words typed. The page is whole without it. */
(function () {
  "use strict";
  var box = document.getElementById("find");
  if (!box) return;
  var input = document.getElementById("words");
  var count = document.getElementById("count");
  var none = document.getElementById("none");
  var items = Array.prototype.map.call(document.querySelectorAll("#all > li"), function (item) {
    return { item: item, text: plain(item.textContent) };
  });
  // Latin accents are taken off; signs of other scripts are letters and stay.
  function plain(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").normalize("NFC").toLowerCase();
  }
  function show() {
    var words = plain(input.value).split(/\s+/).filter(Boolean);
    var shown = 0;
    items.forEach(function (entry) {
      var fits = words.every(function (word) { return entry.text.indexOf(word) >= 0; });
      entry.item.hidden = !fits;
      if (fits) shown += 1;
    });
    count.textContent = words.length ? shown + " / " + count.getAttribute("data-of") : "";
    none.hidden = shown > 0;
  }
  box.hidden = false;
  input.addEventListener("input", show);
  show();
})();
