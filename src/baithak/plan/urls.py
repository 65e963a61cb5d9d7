"""Addresses of the room."""

from django.urls import path

from baithak.plan.views import (
    actions,
    contributions,
    files,
    indicators,
    mandate,
    objectives,
    plans,
    reviews,
    risks,
)

app_name = "plan"

urlpatterns = [
    # --- plans (views/plans.py): those with a fixed word come before those with a code
    path("plan/", plans.listing, name="list"),
    path("plan/at/<slug:place>/new/", plans.new, name="new"),
    # --- the mandate sheet and its map (views/mandate.py)
    path("plan/at/<slug:place>/mandate/", mandate.page, name="mandate"),
    path("plan/at/<slug:place>/mandate/edit/", mandate.edit, name="edit_mandate"),
    path("plan/at/<slug:place>/mandate/share/", mandate.share, name="share_mandate"),
    path("plan/at/<slug:place>/mandate/narrow/", mandate.narrow, name="narrow_mandate"),
    path("plan/at/<slug:place>/mandate/task/new/", mandate.add_task, name="new_task"),
    path("plan/at/<slug:place>/mandate/task/<int:number>/", mandate.edit_task, name="edit_task"),
    path(
        "plan/at/<slug:place>/mandate/task/<int:number>/remove/",
        mandate.remove_task,
        name="remove_task",
    ),
    # --- reviews of challenges, step by step; the same challenge elsewhere (views/reviews.py)
    path("plan/because/", reviews.because, name="because"),
    path("plan/reviews/", reviews.listing, name="reviews"),
    path("plan/challenges/", reviews.index, name="challenges"),
    path("plan/challenges/<slug:code>/", reviews.across, name="challenge_across"),
    path("plan/at/<slug:place>/review/new/", reviews.new, name="new_review"),
    path("plan/review/<int:review>/", reviews.page, name="review"),
    path("plan/review/<int:review>/step/<slug:step>/", reviews.step, name="review_step"),
    path("plan/review/<int:review>/finish/", reviews.finish, name="finish_review"),
    path("plan/review/<int:review>/share/", reviews.share, name="share_review"),
    path("plan/review/<int:review>/narrow/", reviews.narrow, name="narrow_review"),
    path("plan/review/<int:review>/challenge/new/", reviews.add_challenge, name="new_challenge"),
    path(
        "plan/review/<int:review>/challenge/<int:number>/",
        reviews.edit_challenge,
        name="edit_challenge",
    ),
    path(
        "plan/review/<int:review>/challenge/<int:number>/felt/", reviews.felt, name="edit_severity"
    ),
    path(
        "plan/review/<int:review>/challenge/<int:number>/remove/",
        reviews.remove_challenge,
        name="remove_challenge",
    ),
    # --- actions (views/actions.py)
    path("plan/actions/", actions.listing, name="actions"),
    path("plan/<slug:code>/action/new/", actions.add, name="new_action"),
    path("plan/<slug:code>/action/<int:number>/", actions.page, name="action"),
    path("plan/<slug:code>/action/<int:number>/edit/", actions.edit, name="edit_action"),
    path("plan/<slug:code>/action/<int:number>/remove/", actions.remove, name="remove_action"),
    path("plan/<slug:code>/action/<int:number>/tell/", actions.tell, name="tell_action"),
    # --- do no harm (views/risks.py)
    path("plan/<slug:code>/action/<int:number>/risk/", risks.page, name="risk"),
    path("plan/<slug:code>/action/<int:number>/risk/answer/", risks.answer, name="answer_risk"),
    path("plan/<slug:code>/action/<int:number>/risk/ask/", risks.ask, name="ask_partners"),
    path("plan/<slug:code>/action/<int:number>/risk/sign/", risks.sign, name="sign_risk"),
    # --- indicators and readings (views/indicators.py)
    path("plan/<slug:code>/indicator/new/", indicators.add, name="new_indicator"),
    path("plan/<slug:code>/indicator/<int:number>/", indicators.page, name="indicator"),
    path("plan/<slug:code>/indicator/<int:number>/edit/", indicators.edit, name="edit_indicator"),
    path(
        "plan/<slug:code>/indicator/<int:number>/remove/",
        indicators.remove,
        name="remove_indicator",
    ),
    path("plan/<slug:code>/indicator/<int:number>/read/", indicators.read, name="add_reading"),
    # --- papers and files (views/files.py)
    path("plan/template/<slug:kind>/", files.template, name="template"),
    path("plan/<slug:code>/as/<slug:kind>/", files.paper, name="paper"),
    path("plan/<slug:code>/export/<slug:kind>/", files.export, name="export"),
    path("plan/<slug:code>/import/", files.import_actions, name="import_actions"),
    # --- a plan (views/plans.py)
    path("plan/<slug:code>/", plans.page, name="plan"),
    path("plan/<slug:code>/edit/", plans.edit, name="edit"),
    path("plan/<slug:code>/progress/", plans.progress, name="progress"),
    path("plan/<slug:code>/adopt/", plans.adopt, name="adopt"),
    path("plan/<slug:code>/run/", plans.run, name="run"),
    path("plan/<slug:code>/look-back/", plans.look_back, name="look_back"),
    path("plan/<slug:code>/share/", plans.share, name="share"),
    path("plan/<slug:code>/narrow/", plans.narrow, name="narrow"),
    # --- its objectives (views/objectives.py)
    path("plan/<slug:code>/objective/new/", objectives.add, name="new_objective"),
    path("plan/<slug:code>/objective/<int:number>/", objectives.edit, name="edit_objective"),
    path(
        "plan/<slug:code>/objective/<int:number>/remove/",
        objectives.remove,
        name="remove_objective",
    ),
    # --- who helped (views/contributions.py)
    path("plan/<slug:code>/helped/new/", contributions.add, name="new_contribution"),
    path(
        "plan/<slug:code>/helped/<int:contribution>/", contributions.edit, name="edit_contribution"
    ),
]
