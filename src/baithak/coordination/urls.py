"""Addresses of the room."""

from django.urls import path

from baithak.coordination.views import (
    bodies,
    commitments,
    days,
    event_report,
    files,
    first_hour,
    look_backs,
    matrix,
    meetings,
    minutes,
    requests,
    series,
    start,
    statements,
    trackers,
    workshops,
)

app_name = "coordination"

urlpatterns = [
    # --- the start of the room (views/start.py)
    path("coordination/", start.page, name="list"),
    # --- bodies (views/bodies.py)
    path("coordination/bodies/", bodies.listing, name="bodies"),
    path("coordination/at/<slug:place>/body/new/", bodies.begin, name="new_body"),
    path("coordination/body/<int:body>/", bodies.page, name="body"),
    path("coordination/body/<int:body>/edit/", bodies.edit, name="edit_body"),
    path("coordination/body/<int:body>/seat/new/", bodies.add_seat, name="add_seat"),
    path("coordination/seat/<int:seat>/edit/", bodies.edit_seat, name="edit_seat"),
    path("coordination/seat/<int:seat>/remove/", bodies.remove_seat, name="remove_seat"),
    path("coordination/body/<int:body>/balance/", bodies.add_balance, name="add_balance"),
    path("coordination/body/<int:body>/plan/", bodies.plan_meetings, name="plan_meetings"),
    path("coordination/body/<int:body>/share/", bodies.share, name="share_body"),
    path("coordination/body/<int:body>/narrow/", bodies.narrow, name="narrow_body"),
    # --- meetings with agenda and decisions (views/meetings.py)
    path("coordination/meetings/", meetings.listing, name="meetings"),
    path("coordination/at/<slug:place>/meeting/new/", meetings.begin, name="new_meeting"),
    path("coordination/meeting/<int:meeting>/", meetings.page, name="meeting"),
    path("coordination/meeting/<int:meeting>/edit/", meetings.edit, name="edit_meeting"),
    path("coordination/meeting/<int:meeting>/held/", meetings.hold, name="hold_meeting"),
    path("coordination/meeting/<int:meeting>/cancel/", meetings.cancel, name="cancel_meeting"),
    path("coordination/meeting/<int:meeting>/point/", meetings.add_item, name="add_item"),
    path("coordination/meeting/<int:meeting>/copy/", meetings.copy_agenda, name="copy_agenda"),
    path("coordination/point/<int:item>/edit/", meetings.edit_item, name="edit_item"),
    path("coordination/point/<int:item>/move/", meetings.move_item, name="move_item"),
    path("coordination/point/<int:item>/remove/", meetings.remove_item, name="remove_item"),
    path(
        "coordination/meeting/<int:meeting>/decision/", meetings.add_decision, name="add_decision"
    ),
    path(
        "coordination/decision/<int:decision>/edit/", meetings.edit_decision, name="edit_decision"
    ),
    path(
        "coordination/decision/<int:decision>/remove/",
        meetings.remove_decision,
        name="remove_decision",
    ),
    path("coordination/meeting/<int:meeting>/share/", meetings.share, name="share_meeting"),
    path("coordination/meeting/<int:meeting>/narrow/", meetings.narrow, name="narrow_meeting"),
    # --- minutes, and who was there (views/minutes.py)
    path("coordination/meeting/<int:meeting>/note/", minutes.add_note, name="add_note"),
    path("coordination/note/<int:note>/edit/", minutes.edit_note, name="edit_note"),
    path("coordination/note/<int:note>/share/", minutes.share_note, name="share_note"),
    path("coordination/note/<int:note>/remove/", minutes.remove_note, name="remove_note"),
    path("coordination/meeting/<int:meeting>/as/<slug:kind>/", minutes.paper, name="minutes"),
    path("coordination/meeting/<int:meeting>/there/", minutes.attendance, name="attendance"),
    path(
        "coordination/meeting/<int:meeting>/there/keep/",
        minutes.keep_attendance,
        name="keep_attendance",
    ),
    # --- seats from files, all of a place as a file (views/files.py)
    path("coordination/body/<int:body>/import/", files.import_seats, name="import_seats"),
    path(
        "coordination/body/<int:body>/seats/<slug:kind>/", files.export_seats, name="export_seats"
    ),
    path("coordination/seats/template/<slug:kind>/", files.seats_template, name="seats_template"),
    path("coordination/at/<slug:place>/whole/", files.whole, name="whole"),
    # --- requests between places (views/requests.py)
    path("coordination/requests/", requests.listing, name="requests"),
    path("coordination/at/<slug:place>/request/new/", requests.ask, name="ask"),
    path("coordination/request/<int:asked>/", requests.page, name="request"),
    path("coordination/request/<int:asked>/edit/", requests.edit, name="edit_request"),
    path("coordination/request/<int:asked>/send/", requests.send, name="send_request"),
    path("coordination/request/<int:asked>/day/", requests.agree, name="agree_day"),
    path("coordination/request/<int:asked>/reply/", requests.reply, name="reply"),
    path("coordination/request/<int:asked>/pass-on/", requests.pass_on, name="pass_on"),
    path("coordination/request/<int:asked>/close/", requests.close, name="close_request"),
    # --- the shared calendar (views/days.py)
    path("coordination/calendar/", days.listing, name="calendar"),
    path("coordination/calendar.ics", days.file, name="calendar_file"),
    path("coordination/<slug:place>/calendar.ics", days.feed, name="calendar_feed"),
    path("coordination/at/<slug:place>/day/new/", days.begin, name="begin_day"),
    path("coordination/day/<int:day>/", days.page, name="day"),
    path("coordination/day/<int:day>/edit/", days.edit, name="edit_day"),
    path("coordination/day/<int:day>/next/", days.set_next, name="set_next_day"),
    path("coordination/day/<int:day>/remove/", days.remove, name="remove_day"),
    path("coordination/day/<int:day>/share/", days.share, name="share_day"),
    path("coordination/day/<int:day>/narrow/", days.narrow, name="narrow_day"),
    path("coordination/day/<int:day>/prepare/", days.add_preparation, name="add_preparation"),
    path("coordination/preparation/<int:preparation>/done/", days.prepared, name="prepared"),
    path(
        "coordination/preparation/<int:preparation>/remove/",
        days.remove_preparation,
        name="remove_preparation",
    ),
    # --- series of workshops (views/series.py)
    path("coordination/series/", series.listing, name="all_series"),
    path("coordination/at/<slug:place>/series/new/", series.begin, name="new_series"),
    path("coordination/series/<int:series>/", series.page, name="series"),
    path("coordination/series/<int:series>/edit/", series.edit, name="edit_series"),
    path("coordination/series/<int:series>/share/", series.share, name="share_series"),
    path("coordination/series/<int:series>/narrow/", series.narrow, name="narrow_series"),
    # --- workshops (views/workshops.py)
    path("coordination/workshops/", workshops.listing, name="workshops"),
    path("coordination/at/<slug:place>/workshop/new/", workshops.begin, name="new_workshop"),
    path("coordination/workshop/<int:workshop>/", workshops.page, name="workshop"),
    path("coordination/workshop/<int:workshop>/edit/", workshops.edit, name="edit_workshop"),
    path("coordination/workshop/<int:workshop>/mark/", workshops.mark, name="mark_workshop"),
    path("coordination/workshop/<int:workshop>/people/", workshops.counts, name="count_people"),
    path("coordination/workshop/<int:workshop>/out/", workshops.report_out, name="report_out"),
    path("coordination/workshop/<int:workshop>/share/", workshops.share, name="share_workshop"),
    path("coordination/workshop/<int:workshop>/narrow/", workshops.narrow, name="narrow_workshop"),
    path(
        "coordination/workshop/<int:workshop>/add/<slug:kind>/",
        workshops.add_item,
        name="add_workshop_item",
    ),
    path(
        "coordination/workshop/item/<slug:kind>/<int:item>/words/",
        workshops.edit_item,
        name="edit_workshop_item",
    ),
    path(
        "coordination/workshop/item/<slug:kind>/<int:item>/remove/",
        workshops.remove_item,
        name="remove_workshop_item",
    ),
    # --- the report of a workshop (views/event_report.py)
    path("coordination/workshop/<int:workshop>/report/", event_report.page, name="event_report"),
    path(
        "coordination/workshop/<int:workshop>/report.<slug:kind>",
        event_report.download,
        name="event_report_file",
    ),
    # --- commitments (views/commitments.py)
    path("coordination/commitments/", commitments.listing, name="commitments"),
    path("coordination/commitments/new/", commitments.begin, name="new_commitment"),
    path("coordination/commitment/<int:commitment>/", commitments.page, name="commitment"),
    path(
        "coordination/commitment/<int:commitment>/edit/", commitments.edit, name="edit_commitment"
    ),
    path(
        "coordination/commitment/<int:commitment>/tell/", commitments.tell, name="tell_commitment"
    ),
    path(
        "coordination/commitment/<int:commitment>/share/",
        commitments.share,
        name="share_commitment",
    ),
    path(
        "coordination/commitment/<int:commitment>/narrow/",
        commitments.narrow,
        name="narrow_commitment",
    ),
    # --- commitments from files and into them (views/trackers.py)
    path(
        "coordination/at/<slug:place>/commitments/import/",
        trackers.upload,
        name="import_commitments",
    ),
    path(
        "coordination/at/<slug:place>/commitments.<slug:kind>",
        trackers.export,
        name="export_commitments",
    ),
    path(
        "coordination/commitments/template/<slug:kind>/",
        trackers.empty,
        name="commitments_template",
    ),
    # --- the first hour (views/first_hour.py)
    path("coordination/<slug:place>/first-hour/", first_hour.page, name="first_hour"),
    path("coordination/<slug:place>/first-hour/edit/", first_hour.edit, name="edit_first_hour"),
    path("coordination/<slug:place>/first-hour/share/", first_hour.share, name="share_first_hour"),
    path(
        "coordination/<slug:place>/first-hour/narrow/", first_hour.narrow, name="narrow_first_hour"
    ),
    path(
        "coordination/<slug:place>/first-hour/card.pdf", first_hour.paper, name="first_hour_paper"
    ),
    path("coordination/<slug:place>/first-hour/calls/", first_hour.contacts, name="contacts"),
    path(
        "coordination/<slug:place>/first-hour/calls/new/",
        first_hour.add_contact,
        name="add_contact",
    ),
    path("coordination/contact/<int:contact>/", first_hour.edit_contact, name="edit_contact"),
    path(
        "coordination/contact/<int:contact>/remove/",
        first_hour.remove_contact,
        name="remove_contact",
    ),
    # --- joint statements (views/statements.py)
    path("coordination/statements/", statements.listing, name="statements"),
    path("coordination/at/<slug:place>/statement/new/", statements.begin, name="begin_statement"),
    path("coordination/statement/<int:statement>/", statements.page, name="statement"),
    path("coordination/statement/<int:statement>/edit/", statements.edit, name="edit_statement"),
    path("coordination/statement/<int:statement>/ready/", statements.ready, name="ready_statement"),
    path("coordination/statement/<int:statement>/endorse/", statements.endorse, name="endorse"),
    path(
        "coordination/statement/<int:statement>/take-back/", statements.take_back, name="take_back"
    ),
    path("coordination/statement/<int:statement>/release/", statements.release, name="release"),
    path("coordination/statement/<int:statement>/share/", statements.share, name="share_statement"),
    path(
        "coordination/statement/<int:statement>/narrow/", statements.narrow, name="narrow_statement"
    ),
    path(
        "coordination/statement/<int:statement>/paper.pdf", statements.paper, name="statement_paper"
    ),
    # --- looking back (views/look_backs.py)
    path("coordination/look-backs/", look_backs.listing, name="look_backs"),
    path("coordination/at/<slug:place>/look-back/new/", look_backs.begin, name="begin_look_back"),
    path("coordination/look-back/<int:look_back>/", look_backs.page, name="look_back"),
    path("coordination/look-back/<int:look_back>/edit/", look_backs.edit, name="edit_look_back"),
    path("coordination/look-back/<int:look_back>/share/", look_backs.share, name="share_look_back"),
    path(
        "coordination/look-back/<int:look_back>/narrow/", look_backs.narrow, name="narrow_look_back"
    ),
    # --- who does what (views/matrix.py)
    path("coordination/<slug:place>/who-does-what/", matrix.page, name="matrix"),
    path(
        "coordination/<slug:place>/who-does-what/as/<slug:kind>/", matrix.file, name="matrix_file"
    ),
]
