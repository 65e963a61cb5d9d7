/* Small comforts for residents' pages; everything works without them. */
(function () {
  "use strict";
  /* A QR code brings the slip's code behind the #, which browsers keep to themselves. It goes into
     the form and out of the address bar. */
  var form = document.getElementById("slip-form");
  var code = decodeURIComponent(window.location.hash.slice(1));
  if (form && /^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/.test(code)) {
    window.history.replaceState(null, "", window.location.pathname);
    form.elements.slip.value = code;
    form.submit();
  }
  /* Leaving replaces this page, so that "back" does not return to it. */
  document.addEventListener("click", function (event) {
    var leave = event.target.closest && event.target.closest("#leave");
    if (leave) { event.preventDefault(); window.location.replace(leave.href); }
  });
  /* One send is enough; the second would be counted once anyway. */
  document.querySelectorAll("form[data-once]").forEach(function (once) {
    once.addEventListener("submit", function (event) {
      if (once.dataset.sent) event.preventDefault();
      if (!event.submitter || !event.submitter.formAction || event.submitter.formAction === once.action) once.dataset.sent = "1";
    });
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-once]").forEach(function (once) { delete once.dataset.sent; });
  });
  /* The running sum beside its limit. */
  var ballot = document.querySelector("form[data-ballot]");
  var line = ballot && ballot.querySelector("[data-sum]");
  if (!line) return;
  var told = line.dataset, limit = parseFloat(ballot.dataset.limit), most = parseInt(ballot.dataset.most, 10);
  function money(amount) {
    var whole = amount % 1 === 0;
    return ballot.dataset.currency + "\u00a0" + amount.toLocaleString("en", { minimumFractionDigits: whole ? 0 : 2, maximumFractionDigits: 2 });
  }
  function add() {
    var count = 0, sum = 0, points = 0;
    ballot.querySelectorAll("[data-cost]").forEach(function (field) {
      var given = ballot.dataset.way === "points" ? parseInt(field.value, 10) || 0 : (field.type === "hidden" || field.checked ? 1 : 0);
      if (given > 0) { count += 1; points += given; sum += parseFloat(field.dataset.cost); }
    });
    var words, over;
    if (ballot.dataset.way === "points") {
      words = points + " " + told.wordsOf + " " + limit + " " + told.wordsPoints;
      over = points > limit;
    } else {
      words = count + (most ? " " + told.wordsOf + " " + most : "") + " " + told.wordsCount + " \u00b7 " + money(sum) + (limit ? " " + told.wordsOf + " " + money(limit) : "");
      over = (most && count > most) || (limit && sum > limit);
    }
    line.textContent = over ? words + " \u2014 " + told.wordsOver : words;
    line.classList.toggle("over", Boolean(over));
  }
  ballot.addEventListener("input", add);
  window.addEventListener("pageshow", add);
  add();
})();
