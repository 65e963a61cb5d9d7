"""Addresses of the room."""

from django.urls import path

from baithak.exchange.views import (
    adoptions,
    exports,
    feeds,
    files,
    fitting,
    guide,
    hubs,
    lessons,
    overview,
    practices,
    profile,
    questions,
    readiness,
    resources,
    reviews,
    search,
    translations,
    versions,
    writing,
)

app_name = "exchange"

urlpatterns = [
    # --- find (views/search.py, views/overview.py)
    path("exchange/", search.listing, name="list"),
    path("exchange/overview/", overview.page, name="overview"),
    # --- for machines and to take along (views/feeds.py, views/exports.py)
    path("exchange/feed.atom", feeds.feed_atom, name="feed_atom"),
    path("exchange/feed.json", feeds.feed_json, name="feed_json"),
    path("exchange/dataset.jsonld", feeds.dataset, name="dataset"),
    path("exchange/export/<slug:kind>/", exports.export_all, name="export_all"),
    path("exchange/template/<slug:kind>/", exports.template, name="template"),
    path("exchange/offline/", exports.offline, name="offline"),
    path("exchange/practice/<slug:code>/as/<slug:kind>/", exports.export_one, name="export_one"),
    # --- from files and from other hubs (views/files.py, views/hubs.py)
    path("exchange/import/", files.upload, name="import"),
    path("exchange/hubs/<slug:place>/", hubs.page, name="hubs"),
    path("exchange/hubs/<slug:place>/trust/", hubs.trust, name="trust_hub"),
    path("exchange/hubs/<slug:place>/forget/", hubs.forget, name="forget_hub"),
    path("exchange/hubs/<slug:place>/send/", hubs.send, name="send"),
    path("exchange/hubs/<slug:place>/receive/", hubs.receive, name="receive"),
    # --- adoptions (views/adoptions.py)
    path("exchange/adoptions/", adoptions.listing, name="adoptions"),
    path("exchange/what-became/", adoptions.what_became, name="what_became"),
    path("exchange/adoption/<int:adoption>/", adoptions.page, name="adoption"),
    path("exchange/adoption/<int:adoption>/edit/", adoptions.edit, name="edit_adoption"),
    path("exchange/adoption/<int:adoption>/step/", adoptions.add_step, name="add_step"),
    path("exchange/adoption/<int:adoption>/share/", adoptions.share, name="share_adoption"),
    path("exchange/adoption/<int:adoption>/narrow/", adoptions.narrow, name="narrow_adoption"),
    path("exchange/practice/<slug:code>/adopt/", adoptions.adopt, name="adopt"),
    # --- lessons (views/lessons.py)
    path("exchange/lessons/", lessons.listing, name="lessons"),
    path("exchange/lesson/new/", lessons.write, name="write_lesson"),
    path("exchange/lesson/<int:lesson>/", lessons.page, name="lesson"),
    path("exchange/lesson/<int:lesson>/edit/", lessons.edit, name="edit_lesson"),
    path("exchange/lesson/<int:lesson>/share/", lessons.share, name="share_lesson"),
    path("exchange/lesson/<int:lesson>/narrow/", lessons.narrow, name="narrow_lesson"),
    # --- the shelf (views/resources.py)
    path("exchange/resources/", resources.listing, name="resources"),
    path("exchange/resources/add/", resources.add, name="add_resource"),
    path("exchange/resource/<int:resource>/", resources.page, name="resource"),
    path("exchange/resource/<int:resource>/file/", resources.file, name="resource_file"),
    path("exchange/resource/<int:resource>/edit/", resources.edit, name="edit_resource"),
    path("exchange/resource/<int:resource>/share/", resources.share, name="share_resource"),
    path("exchange/resource/<int:resource>/narrow/", resources.narrow, name="narrow_resource"),
    path("exchange/resource/<int:resource>/remove/", resources.remove, name="remove_resource"),
    # --- practices that fit a finding (views/fitting.py)
    path("exchange/fitting/", fitting.page, name="fitting"),
    # --- ask a peer (views/questions.py)
    path("exchange/questions/", questions.listing, name="questions"),
    path("exchange/questions/ask/", questions.ask, name="ask"),
    path("exchange/question/<int:question>/", questions.page, name="question"),
    path("exchange/question/<int:question>/answer/", questions.answer, name="answer"),
    path("exchange/question/<int:question>/share/", questions.share, name="share_question"),
    path("exchange/question/<int:question>/narrow/", questions.narrow, name="narrow_question"),
    path("exchange/question/<int:question>/close/", questions.close, name="close_question"),
    path("exchange/answer/<int:answer>/lesson/", questions.lesson, name="lesson_from_answer"),
    # --- practices (views/practices.py, views/versions.py)
    path("exchange/practice/<slug:code>/", practices.page, name="practice"),
    path("exchange/practice/<slug:code>/linked/", practices.linked, name="linked"),
    path("exchange/practice/<slug:code>/versions/", versions.listing, name="versions"),
    path("exchange/practice/<slug:code>/versions/<int:number>/", versions.page, name="version"),
    # --- practices are written (views/writing.py)
    path("exchange/mine/", writing.mine, name="mine"),
    path("exchange/new/", writing.begin, name="new"),
    path("exchange/practice/<slug:code>/edit/", writing.edit, name="edit"),
    # --- practices are reviewed, retired, narrowed (views/reviews.py)
    path("exchange/reviews/", reviews.listing, name="reviews"),
    path("exchange/practice/<slug:code>/ask-review/", reviews.ask, name="ask_review"),
    path("exchange/practice/<slug:code>/take-back/", reviews.take_back, name="take_back"),
    path("exchange/practice/<slug:code>/judge/", reviews.judge, name="judge"),
    path("exchange/practice/<slug:code>/retire/", reviews.retire, name="retire"),
    path("exchange/practice/<slug:code>/republish/", reviews.republish, name="republish"),
    path("exchange/practice/<slug:code>/share/", practices.share, name="share"),
    path("exchange/practice/<slug:code>/narrow/", reviews.narrow, name="narrow"),
    # --- practices in other languages (views/translations.py)
    path(
        "exchange/practice/<slug:code>/in/<slug:language>/",
        translations.translate,
        name="translate",
    ),
    path(
        "exchange/practice/<slug:code>/in/<slug:language>/reviewed/",
        translations.review,
        name="review_translation",
    ),
    # --- the path of ten steps (views/guide.py)
    path("exchange/guide/", guide.path, name="guide"),
    path("exchange/guide/<slug:code>/", guide.page, name="guide_step"),
    # --- a city's checklist (views/readiness.py)
    path("exchange/readiness/<slug:place>/", readiness.page, name="readiness"),
    path("exchange/readiness/<slug:place>/share/", readiness.share, name="share_readiness"),
    path("exchange/readiness/<slug:place>/narrow/", readiness.narrow, name="narrow_readiness"),
    path(
        "exchange/readiness/<slug:place>/group/<slug:group>/", readiness.edit, name="edit_readiness"
    ),
    # --- what a city tells of itself, and cities like it (views/profile.py)
    path("exchange/profile/<slug:place>/", profile.page, name="profile"),
    path("exchange/profile/<slug:place>/edit/", profile.edit, name="edit_profile"),
    path("exchange/profile/<slug:place>/share/", profile.share, name="share_profile"),
    path("exchange/profile/<slug:place>/narrow/", profile.narrow, name="narrow_profile"),
    path("exchange/profile/<slug:place>/alike/", profile.like_mine, name="alike"),
]
