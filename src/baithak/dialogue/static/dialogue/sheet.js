/* Quick keys for typing sheets of paper; everything works without them. */
(function () {
  "use strict";
  var CODES = { a: "a", "1": "a", d: "d", "2": "d", s: "s", "3": "s", x: "", "0": "", Backspace: "", Delete: "" };
  function plain(event) { return !(event.altKey || event.ctrlKey || event.metaKey); }

  /* One sheet: a letter answers the line and goes on to the next. */
  var sheet = document.querySelector("form[data-sheet]");
  if (sheet) {
    var rows = Array.prototype.slice.call(sheet.querySelectorAll("[data-row]"));
    var line = document.querySelector(".keyed-line");
    if (line) line.hidden = false;
    sheet.classList.add("has-keys");
    var enter = function (at) {
      if (at < 0) { sheet.elements.number.focus(); sheet.elements.number.select(); return; }
      if (at >= rows.length) { sheet.querySelector(".typing-end button").focus(); return; }
      (rows[at].querySelector("input:checked") || rows[at].querySelector("input")).focus();
    };
    sheet.addEventListener("keydown", function (event) {
      if (!plain(event)) return;
      var row = event.target.closest("[data-row]"), at = rows.indexOf(row);
      if (event.target === sheet.elements.number) {
        if (event.key === "Enter" || event.key === "ArrowDown") { event.preventDefault(); enter(0); }
        return;
      }
      if (!row) {
        if (event.key === "ArrowUp" && event.target.closest(".typing-end")) { event.preventDefault(); enter(rows.length - 1); }
        return;
      }
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        enter(at + (event.key === "ArrowDown" ? 1 : -1));
        return;
      }
      var code = CODES[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (code === undefined) return;
      event.preventDefault();
      row.querySelectorAll("input").forEach(function (box) { if (box.value === code) box.checked = true; });
      enter(at + 1);
    });
  }

  /* A table: a letter fills the cell and goes down; arrows go anywhere. */
  var table = document.querySelector("form[data-table] table");
  if (!table) return;
  var cells = Array.prototype.map.call(table.querySelectorAll("tr"), function (row) {
    return Array.prototype.slice.call(row.querySelectorAll("input"));
  });
  function place(input) {
    for (var row = 0; row < cells.length; row++) {
      var column = cells[row].indexOf(input);
      if (column >= 0) return [row, column];
    }
    return null;
  }
  function go(row, column) {
    var cell = cells[row] && cells[row][column];
    if (cell) { cell.focus(); cell.select(); }
  }
  table.addEventListener("keydown", function (event) {
    var at = plain(event) && place(event.target);
    if (!at) return;
    var way = document.documentElement.dir === "rtl" ? -1 : 1, input = event.target;
    var step = { ArrowDown: [1, 0], Enter: [1, 0], ArrowUp: [-1, 0] }[event.key];
    var edge = input.selectionStart !== input.selectionEnd || input.value === "";
    if (edge && event.key === "ArrowRight") step = [0, way];
    if (edge && event.key === "ArrowLeft") step = [0, -way];
    if (step) { event.preventDefault(); go(at[0] + step[0], at[1] + step[1]); }
  });
  table.addEventListener("input", function (event) {
    var at = place(event.target);
    if (at && at[0] > 0 && /^[ads10+pADSP]$/.test(event.target.value)) go(at[0] + 1, at[1]);
  });
})();
