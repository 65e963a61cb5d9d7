// Connects our forms with allauth's passkey functions. A form says data-passkey="login", "add" or
// "authenticate"; its button and its hidden credential field are found inside it. Forms that are
// of no use without JavaScript are hidden until here.
document.addEventListener("DOMContentLoaded", () => {
  if (!window.PublicKeyCredential || !window.allauth) return
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("button")
    const act = form.dataset.passkey
    const ids = { credential: form.querySelector("input[name=credential]").id }
    ids[act] = button.id
    if (act !== "login") ids.data = "js_data"
    if (form.dataset.passwordless) ids.passwordless = form.dataset.passwordless
    window.allauth.webauthn.forms[act + "Form"]({ ids })
    form.hidden = false
  }
})
