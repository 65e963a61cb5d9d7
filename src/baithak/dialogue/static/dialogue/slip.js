/* A QR code brings the slip's code behind the #, which browsers keep to themselves. It goes into the
   form and out of the address bar; the button is pressed by whoever begins. Typing works without. */
(function () {
  "use strict";
  function fill() {
    var form = document.getElementById("slip-form");
    var code = decodeURIComponent(window.location.hash.slice(1));
    if (!form || !/^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/.test(code)) return;
    window.history.replaceState(null, "", window.location.pathname);
    form.elements.slip.value = code;
  }
  window.addEventListener("hashchange", fill);
  fill();
})();
